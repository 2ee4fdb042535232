// Text → LaTeX that prints as that text, also with pdflatex and the old font encoding.

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}', '"': '\\textquotedbl{}',
  '–': '--', '—': '---', '‘': '`', '’': '\'', '“': '``', '”': '\'\'', '…': '\\ldots{}', '\u00A0': '~', '\u2009': '\\,', '‐': '-',
  '‖': '$\\Vert$', '→': '$\\rightarrow$', '←': '$\\leftarrow$', '−': '$-$', '×': '$\\times$', '·': '$\\cdot$', '±': '$\\pm$', '≥': '$\\geq$', '≤': '$\\leq$', '≈': '$\\approx$', '≠': '$\\neq$', '∞': '$\\infty$',
  'α': '$\\alpha$', 'β': '$\\beta$', 'γ': '$\\gamma$', 'δ': '$\\delta$', 'Δ': '$\\Delta$', 'ε': '$\\varepsilon$', 'λ': '$\\lambda$', 'μ': '$\\mu$', 'µ': '$\\mu$', 'σ': '$\\sigma$', 'Σ': '$\\Sigma$', 'κ': '$\\kappa$', 'χ': '$\\chi$', '²': '$^2$', '³': '$^3$', '½': '$\\frac{1}{2}$', '°': '$^\\circ$',
  '†': '\\dag{}', '‡': '\\ddag{}', '§': '\\S{}',
}

/** Text that prints as itself. */
export function escapeLatex(text: string): string {
  return text.replace(/(^|[\s(])'(?=\S)/g, '$1`').replace(/[\\~^<>|"#$%&_{}\u00A0\u2009]|[^\u0000-\u007F]/g, character => special[character] ?? (character > '\u007F' ? character : `\\${character}`))
}
