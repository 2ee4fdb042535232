// A program that a test kills: decides about the study in argv[2] as fast as it can, and says each id after it was acknowledged.
// argv[3] keeps the ids of one start apart from those of another.
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import { createAuditCases } from '../../../src/main/jobs/audit-cases.ts'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'

const [, , folder = '', start = ''] = process.argv
const dataset = DatasetId.parse('edits')
// Writing to a pipe is done when the call returns: what was said before the kill arrives.
const say = (text: string): boolean => process.stdout.write(`${text}\n`)

const study = await openWorkspace(folder)
const books = createAuditBooks(study)
const notNeeded = (): never => {
  throw new Error('Deciding asks for none of this.')
}
const cases = createAuditCases({
  study, books, influence: notNeeded, checkWritable: () => undefined, onChange: () => undefined,
  queries: { withHashes: notNeeded, ids: notNeeded },
  checks: { byRecord: notNeeded, list: notNeeded },
})
const book = await books.open(dataset)
const told = new Set<string>()
function tellNotes(notes: readonly string[]): void {
  for (const note of notes) {
    if (!told.has(note))
      say(`note ${note}`)
    told.add(note)
  }
}
tellNotes(book.notes)

let count = 0
const person = { dataset, annotator: 'Ann Ä', role: 'annotator' } as const
const drafts = (size: number, batch?: string) => Array.from({ length: size }, () => {
  const n = count++
  return { ...book.probes.refOf(n % book.probes.count), id: `start-${start}-${n}`, decision: 'keep' as const, note: `n${n} ü🙂`, ...(batch === undefined ? {} : { batch }) }
})
const acknowledge = (saved: readonly Decision[]): boolean => say(saved.map(({ id }) => `saved ${id}`).join('\n'))

for (let i = 0; ; i++) {
  if (i % 8 === 7) {
    acknowledge(await cases.decide({ ...person, decisions: drafts(50, `batch-${start}-${i}`) }))
  }
  else if (i % 8 === 5) {
    const { undone } = await cases.undo(person)
    say(undone.map(({ id }) => `undone ${id}`).join('\n'))
  }
  else if (i % 8 === 3) {
    // Three at once, one of them sent twice.
    const decisions = drafts(2)
    await Promise.all([decisions.slice(0, 1), decisions.slice(1), decisions].map(async some => acknowledge(await cases.decide({ ...person, decisions: some }))))
  }
  else {
    acknowledge(await cases.decide({ ...person, decisions: drafts(1) }))
  }
  if (i === 0)
    tellNotes((await books.open(dataset)).notes)
}
