// Datasets: what is in the study, page by page.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { DatasetId } from './identifiers.ts'
import { EditRecord, Problem, Task } from './records.ts'

/** Folders that pictures are read from, by name: MMEdit's are `image` and `rephrase`. Absolute paths. */
export const ImageRoots = z.record(z.string(), z.string())
export type ImageRoots = z.infer<typeof ImageRoots>

export const Dataset = z.object({
  id: DatasetId,
  name: z.string(),
  format: z.string(),
  task: Task,
  source: z.string().describe('The file the records were imported from'),
  imageRoots: ImageRoots,
  recordCount: z.int(),
  problemCount: z.int(),
  importedAt: z.string(),
  /** Who drew the pictures and under which licence, where the dataset says so. */
  licences: z.array(z.object({ name: z.string(), licence: z.string(), url: z.string(), attribution: z.string() })).optional(),
})
export type Dataset = z.infer<typeof Dataset>

/** Facet name → chosen values; several values of one facet are alternatives, several facets must all hold. */
export const FacetFilter = z.record(z.string(), z.array(z.string()))
export type FacetFilter = z.infer<typeof FacetFilter>

export const RecordQuery = z.object({
  id: DatasetId,
  search: z.string().max(500).default(''),
  facets: FacetFilter.default({}),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(100),
})
export type RecordQuery = z.infer<typeof RecordQuery>

export const FacetCount = z.object({ facet: z.string(), label: z.string(), values: z.array(z.object({ value: z.string(), count: z.int() })) })
export type FacetCount = z.infer<typeof FacetCount>

/** Records of one page with `hash` filled in for their pictures (a picture that is missing has none). */
export const RecordPage = z.object({ total: z.int(), records: z.array(EditRecord), facets: z.array(FacetCount) })
export type RecordPage = z.infer<typeof RecordPage>

export const ImportRequest = z.object({
  file: z.string().describe('The JSON file to import, for example vqa_eval.json'),
  imageRoot: z.string().optional().describe('Folder that `image` and `m_loc` paths start from; default: the folder of the file'),
  rephraseRoot: z.string().optional().describe('Folder that `image_rephrase` paths start from; default: the image root'),
  name: z.string().optional().describe('What to call the dataset; default: the name of the file'),
  format: z.string().optional().describe('Format id; default: recognised from the content'),
})
export type ImportRequest = z.infer<typeof ImportRequest>

export const datasets = {
  list: oc.output(z.array(Dataset)),
  get: oc.input(z.object({ id: DatasetId })).output(Dataset),
  listRecords: oc.input(RecordQuery).output(RecordPage),
  getRecord: oc.input(z.object({ id: DatasetId, record: z.string() })).output(EditRecord),
  listProblems: oc
    .input(z.object({ id: DatasetId, offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(1000).default(200) }))
    .output(z.object({ total: z.int(), problems: z.array(Problem) })),
  import: oc.input(ImportRequest).output(Dataset),
  remove: oc.input(z.object({ id: DatasetId })).output(z.object({ removed: z.boolean() })),
}
