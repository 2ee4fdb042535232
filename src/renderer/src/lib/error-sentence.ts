// What went wrong, as the one sentence that the page shows.

/** The sentence of an error from the backend or from here; never empty. */
export function errorSentence(reason: unknown): string {
  if (reason instanceof Error && reason.message !== '')
    return /[.?!]$/.test(reason.message) ? reason.message : `${reason.message}.`
  if (typeof reason === 'string' && reason !== '')
    return reason
  return 'Something failed without saying why. The log of the workbench has more.'
}
