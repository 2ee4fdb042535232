// Puts a text on the clipboard, where the page may.

/** False: the browser refused, for example because the page is not in front. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  }
  catch {
    return false
  }
}
