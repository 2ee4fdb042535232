// Which picture paths of a dataset may be followed at all. Pure text; the disk is asked in images.ts.

const longestPath = 1024

/**
 * A path inside an image root with `/` between its parts, or why it is refused.
 * Refused: absolute paths (POSIX, Windows, UNC), addresses, `..`, NUL and other control characters.
 */
export function safeImagePath(path: string): { readonly path: string } | { readonly reason: string } {
  if (path.length > longestPath)
    return { reason: `its path has ${path.length} characters; at most ${longestPath} are allowed` }
  const shown = JSON.stringify(path.length > 80 ? `${path.slice(0, 77)}…` : path)
  if (/\p{Cc}/u.test(path))
    return { reason: `its path ${shown} holds a control character` }
  if (/^[a-z][a-z0-9+.-]*:/i.test(path))
    return { reason: `its path ${shown} is an address or begins with a drive; paths must be relative to the image root` }
  const parts = path.replaceAll('\\', '/').split('/')
  if (parts[0] === '')
    return { reason: `its path ${shown} is absolute; paths must be relative to the image root` }
  if (parts.includes('..'))
    return { reason: `its path ${shown} leaves the image root` }
  const kept = parts.filter(part => part !== '' && part !== '.')
  if (kept.length === 0)
    return { reason: `its path ${shown} names no file` }
  return { path: kept.join('/') }
}
