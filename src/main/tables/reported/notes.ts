// What tables say below about rows that were published elsewhere.
import type { Reported } from '../../../preload/contract/reported.ts'
import type { Table } from '../../../preload/contract/tables.ts'

/** Every note once, with the methods that it is about unless it is about all. How a file was read is no matter of the paper. */
export function reportedNotes(rows: readonly Reported[]): string[] {
  const notes = [...new Set(rows.flatMap(row => row.notes))].filter(note => !note.startsWith('Read as ') && !note.startsWith('The file also holds'))
  return notes.map((note) => {
    const about = rows.filter(row => row.notes.includes(note))
    return about.length === rows.length ? `${reportedMark}: ${note}` : `${reportedMark} of ${[...new Set(about.map(({ method }) => method))].join(', ')}: ${note}`
  })
}

/** The table with these notes, where it shows such rows. */
export const withReportedNotes = (table: Table, rows: readonly Reported[]): Table =>
  table.rows.some(({ reported }) => reported !== undefined) ? { ...table, notes: [...table.notes, ...reportedNotes(rows)] } : table

export const reportedMark = 'Reported rows'
