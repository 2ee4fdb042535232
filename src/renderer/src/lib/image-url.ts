// Pictures travel by URL, named by the hash of their bytes, never through RPC.

/** Address of a dataset picture, at most `size` pixels on its longer edge. */
export function imageUrl(hash: string, size: 96 | 256 | 512): string {
  return `/images/${hash}?size=${size}`
}

/** Address of the picture as it is, for zooming in. */
export function originalUrl(hash: string): string {
  return `/images/${hash}`
}
