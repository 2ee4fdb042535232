// The report's style sheet: one column of text, wide tables scroll, figures lie on paper in dark surroundings too, and it prints.

export const reportStyle = `
:root { color-scheme: light dark; --text: #16202b; --quiet: #4b5868; --line: #d5dbe3; --page: #ffffff; --band: #f3f5f8; --accent: #0a5fae }
@media (prefers-color-scheme: dark) { :root { --text: #e4e9ef; --quiet: #a3afbd; --line: #36414e; --page: #12171d; --band: #1a2129; --accent: #6fb1f0 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 2.5rem 1.5rem 4rem; font: 15px/1.55 Inter, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: var(--text); background: var(--page) }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em }
h2 { font-size: 1.25rem; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 2rem 0 .5rem }
p, ul, dl { max-width: 46rem }
a { color: var(--accent) }
a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.quiet, .notes, figcaption, caption, small { color: var(--quiet) }
.notes, figcaption { font-size: .8125rem; padding-left: 1.1rem }
figcaption { padding: 0 }
nav ol { padding-left: 1.2rem; columns: 2 16rem; margin: 0 }
nav ol ol { columns: auto }
nav li { break-inside: avoid }
.scroll { overflow-x: auto; margin: .5rem 0 }
table { border-collapse: collapse; font-size: .8125rem; line-height: 1.4; font-variant-numeric: tabular-nums; width: 100% }
caption { caption-side: top; text-align: left; padding: 0 0 .6rem; max-width: 62rem; font-size: .8125rem }
th, td { padding: .3rem .5rem; text-align: left; vertical-align: baseline; white-space: nowrap }
th { font-weight: 600 }
tbody th { font-weight: 400 }
thead tr:last-child th, thead tr:last-child td { border-bottom: 1px solid var(--text) }
th[scope=colgroup] { text-align: center; border-bottom: 1px solid var(--line); font-weight: 500; color: var(--quiet) }
tbody tr:nth-child(even) { background: var(--band) }
tbody tr:last-child > * { border-bottom: 1px solid var(--text) }
.number { text-align: right }
.reported { font-style: italic }
.settings { white-space: normal; min-width: 22rem; font-size: .75rem; color: var(--quiet) }
figure { margin: 1rem 0 2rem }
figure svg { display: block; width: 100%; max-width: 60rem; height: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px }
code, pre { font: .8125rem/1.5 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--band); padding: .75rem; border-radius: 6px }
dt { font-weight: 600; margin-top: .5rem }
dd { margin: 0 }
.warning { border-left: 3px solid #b0420b; padding-left: 2rem }
@media print {
  :root { --text: #000000; --quiet: #333333; --line: #999999; --page: #ffffff; --band: #ffffff; --accent: #000000 }
  body { max-width: none; padding: 0; font-size: 10pt }
  h2, h3, figure, tr { break-inside: avoid; break-after: auto }
  h2, h3 { break-after: avoid }
  .scroll { overflow: visible }
  table { font-size: 7pt }
  th, td { padding: 1.5pt 3pt; white-space: normal }
  details { display: none }
}
`.trim()
