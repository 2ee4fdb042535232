// What the window may load and who may talk to us: pure rules, tested without Electron.

export const scheme = 'app'
export const host = 'workbench'
export const homeUrl = `${scheme}://${host}/`

/** Is this our own page? Nothing else may be navigated to, framed, or hand us a port. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host: given, username, password } = new URL(url)
    return protocol === `${scheme}:` && given === host && username === '' && password === ''
  }
  catch {
    return false
  }
}

/** The request as the page answers it, or undefined if it is not for us. */
export function pageUrlOf(url: string, method: string): URL | undefined {
  return isOwnPage(url) && method === 'GET' ? new URL(url) : undefined
}
