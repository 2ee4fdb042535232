// Results reported elsewhere: listed, imported, removed.
import { readdir, readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Reported, ReportedImport } from '../../preload/contract/reported.ts'
import { messageOf } from '../base/errors.ts'
import { stableJson } from '../base/hash.ts'
import { notStated } from '../tables/reported/format.ts'
import type { Given, ReportedRow } from '../tables/reported/format.ts'
import { reportedFormats } from '../tables/reported/index.ts'
import { firstFree, slug } from '../workspace/names.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { listReported, readReportedFile, removeReported, trainedIn, writeReported } from '../workspace/reported.ts'
import { findResources } from '../workspace/resources.ts'

export interface ReportedCases {
  /** Those of the study and those that come with the program. */
  readonly list: () => Promise<Reported[]>
  readonly import: (request: ReportedImport) => Promise<{ imported: Reported[], problems: string[] }>
  readonly remove: (id: string) => Promise<boolean>
}

export interface ReportedOptions {
  readonly study: Study
  readonly checkWritable: () => void
  readonly onChange: (id: string) => void
}

export function createReportedCases({ study, checkWritable, onChange }: ReportedOptions): ReportedCases {
  async function importFile(request: ReportedImport): Promise<{ imported: Reported[], problems: string[] }> {
    checkWritable()
    const { file, text, folder } = await readReportedFile(request.file)
    const trained = folder === undefined ? undefined : await trainedIn(folder)
    const { rows, problems } = readRows(file, text, { ...trained, ...withoutEmpty(request) })
    const table = request.name ?? basename(folder ?? file, extname(folder ?? file))
    const { reported: known } = await listReported(study)
    const shipped = await shippedReported()
    const taken = new Map([...known, ...shipped].map(one => [one.id, one]))
    const imported: Reported[] = []
    for (const row of rows) {
      const whole = wholeOf(row, table, request.source ?? basename(folder ?? file), trained && !request.method ? [`Method and model are named after the folder models/${trained.method}/${trained.model} beside results.json.`] : [])
      const id = idFor(whole, table, taken)
      const reported: Reported = { id, ...whole }
      if (!taken.has(id) && known.some(other => other.name === whole.name && other.source === whole.source))
        problems.push(`'${whole.name}' was imported before with other values; both are kept, the new ones as '${id}'.`)
      taken.set(id, reported)
      await writeReported(study, reported)
      imported.push(reported)
    }
    for (const { id } of imported)
      onChange(id)
    if (imported.some(({ model, dataset, method }) => [model, dataset, method].includes(notStated)))
      problems.push('The file does not name the model, data set or method of every row. Import it again with --model, --dataset, --method and --scope to name them.')
    return { imported, problems }
  }

  return {
    list: async () => [...(await listReported(study)).reported, ...await shippedReported()],
    import: importFile,
    async remove(id) {
      checkWritable()
      if ((await shippedReported()).some(one => one.id === id))
        throw new Error(`'${id}' comes with the program and cannot be removed. Leave it out of the comparison instead.`)
      const removed = await removeReported(study, id)
      if (removed)
        onChange(id)
      return removed
    },
  }
}

const withoutEmpty = ({ model, dataset, method, scope }: ReportedImport): Given =>
  Object.fromEntries(Object.entries({ model, dataset, method, scope }).filter(([, value]) => value?.trim()))

/** Throws a sentence that names the file. */
function readRows(file: string, text: string, given: Given): { rows: readonly ReportedRow[], problems: string[] } {
  const format = reportedFormats.all.find(({ match }) => match(basename(file), text.slice(0, 4096)))
  if (!format)
    throw new Error(`File '${file}' is neither results.json of the reference toolkit nor a CSV table.`)
  try {
    const { rows, problems } = format.read(text, given)
    return { rows, problems: [...problems] }
  }
  catch (error) {
    throw new Error(`File '${file}' could not be read as ${format.label}: ${messageOf(error)}`, { cause: error })
  }
}

function wholeOf({ name, source, notes, ...row }: ReportedRow, table: string, otherSource: string, more: readonly string[]): Omit<Reported, 'id'> {
  return {
    name: name ?? [table, row.method, row.scope, row.model, row.dataset].filter(word => word !== notStated).join(', '),
    source: source ?? otherSource,
    ...row,
    notes: [...notes, ...more],
    shipped: false,
  }
}

/** The same numbers of the same source keep their id; others that would have it get the next number. */
function idFor(row: Omit<Reported, 'id'>, table: string, taken: ReadonlyMap<string, Reported>): string {
  const stem = slug([table, row.model, row.dataset, row.method, row.scope].filter(word => word !== notStated).join(' '), 'reported')
  for (let i = 1; ; i++) {
    const id = i === 1 ? stem : `${stem}-${i}`
    const other = taken.get(id)
    if (!other)
      return id
    if (!other.shipped && other.source === row.source && stableJson(other.metrics) === stableJson(row.metrics))
      return id
  }
}

let shippedOnce: Promise<Reported[]> | undefined

/** Tables in resources/reported; read once. */
function shippedReported(): Promise<Reported[]> {
  shippedOnce ??= readShipped(findResources('reported'))
  return shippedOnce
}

async function readShipped(folder: string | undefined): Promise<Reported[]> {
  if (folder === undefined)
    return []
  const files = (await readdir(folder)).filter(name => extname(name) === '.csv').sort()
  const ids = new Set<string>()
  const tables = await Promise.all(files.map(async (name) => {
    const table = basename(name, '.csv')
    const { rows } = readRows(join(folder, name), await readFile(join(folder, name), 'utf8'), {})
    return rows.map((row): Reported => {
      const whole = wholeOf(row, table, name, [])
      const id = firstFree(slug(`${table} ${row.model} ${row.dataset} ${row.method} ${row.scope}`, 'reported'), ids)
      ids.add(id)
      return { id, ...whole, name: `${row.method}, ${row.scope}, ${row.model}, ${row.dataset}`, shipped: true }
    })
  }))
  return tables.flat()
}
