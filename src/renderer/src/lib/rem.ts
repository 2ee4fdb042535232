// The page's scale in pixels, for code that has to compute sizes.

/** `count` rem in pixels as the page is scaled now. */
export function remPixels(count: number): number {
  return count * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
