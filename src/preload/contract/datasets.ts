// Datasets: what is in the study, page by page.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { DatasetId, ModelId, RunId, SliceId } from './identifiers.ts'
import { Verdict } from './methods.ts'
import { ProviderChoice } from './models.ts'
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

/** Which records: everything given must hold. */
export const RecordFilter = z.object({
  search: z.string().max(500).default(''),
  facets: FacetFilter.default({}),
  slice: SliceId.optional().describe('Only records of this slice'),
  records: z.array(z.string()).max(200_000).optional().describe('Only these records, by id; of several datasets by dataset/id'),
})
export type RecordFilter = z.infer<typeof RecordFilter>

export const RecordQuery = RecordFilter.extend({
  id: DatasetId.optional().describe('Left out: the records of all datasets'),
  run: RunId.optional().describe('Run whose verdicts are a facet and whose scores are columns'),
  /** A column of `listColumns`; ties and records without a value in file order, the latter last. */
  sort: z.object({ by: z.string(), descending: z.boolean().default(false) }).optional(),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(100),
  counts: z.boolean().default(true).describe('Count the values of facets; a first page in file order without counts does not wait for the index'),
})
export type RecordQuery = z.infer<typeof RecordQuery>

/** Something records can be sorted by: a text or number of the record, or a score of the chosen run (`reliability/strict`). */
export const RecordColumn = z.object({ id: z.string(), label: z.string(), kind: z.enum(['text', 'number', 'score']) })
export type RecordColumn = z.infer<typeof RecordColumn>

export const FacetCount = z.object({ facet: z.string(), label: z.string(), values: z.array(z.object({ value: z.string(), count: z.int() })) })
export type FacetCount = z.infer<typeof FacetCount>

/** Records of one page with `hash` filled in for their pictures (a picture that is missing has none). */
export const RecordPage = z.object({
  total: z.int(),
  records: z.array(EditRecord),
  /** Where each record lives, in the order of `records`. */
  datasets: z.array(DatasetId),
  facets: z.array(FacetCount),
  /** What the chosen run found, in the order of `records`; absent without a run. Column id → score. */
  results: z.array(z.object({ verdict: Verdict.optional(), scores: z.record(z.string(), z.number()) }).nullable()).optional(),
})
export type RecordPage = z.infer<typeof RecordPage>

export const ImportRequest = z.object({
  file: z.string().describe('The JSON file to import, for example vqa_eval.json'),
  imageRoot: z.string().optional().describe('Folder that `image` and `m_loc` paths start from; default: what the manifest of a cleaned dataset says, else the folder of the file'),
  rephraseRoot: z.string().optional().describe('Folder that `image_rephrase` paths start from; default: what the manifest says, else the image root'),
  name: z.string().optional().describe('What to call the dataset; default: what the manifest says, else the name of the file'),
  format: z.string().optional().describe('Format id; default: recognised from the content'),
})
export type ImportRequest = z.infer<typeof ImportRequest>

/** What records are compared by: mean picture features, or mean features of the prompt, of the opened model; cosine. */
export const NeighbourRequest = z.object({
  id: DatasetId,
  record: z.string(),
  model: ModelId,
  by: z.enum(['image', 'text']).default('image'),
  count: z.int().min(1).max(100).default(12),
  provider: ProviderChoice.default('auto'),
})
export type NeighbourRequest = z.infer<typeof NeighbourRequest>

export const NeighbourEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.int(), total: z.int() }),
  z.object({ kind: z.literal('found'), neighbours: z.array(z.object({ record: EditRecord, similarity: z.number() })), notes: z.array(z.string()) }),
])
export type NeighbourEvent = z.infer<typeof NeighbourEvent>

export const datasets = {
  list: oc.output(z.array(Dataset)),
  get: oc.input(z.object({ id: DatasetId })).output(Dataset),
  listRecords: oc.input(RecordQuery).output(RecordPage),
  /** What the records of a dataset (all, if left out) can be sorted by, the scores of a run among it. */
  listColumns: oc.input(z.object({ id: DatasetId.optional(), run: RunId.optional() })).output(z.array(RecordColumn)),
  /** Ids of everything that matches, in order: for "select all" and for slices. */
  listIds: oc.input(RecordQuery.omit({ offset: true, limit: true, counts: true })).output(z.object({ records: z.array(z.object({ dataset: DatasetId, record: z.string() })) })),
  /** Records most like this one. Features are computed once per model and kept. */
  nearest: oc.input(NeighbourRequest).output(eventIterator(NeighbourEvent)),
  getRecord: oc.input(z.object({ id: DatasetId, record: z.string() })).output(EditRecord),
  listProblems: oc
    .input(z.object({ id: DatasetId, offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(1000).default(200) }))
    .output(z.object({ total: z.int(), problems: z.array(Problem) })),
  import: oc.input(ImportRequest).output(Dataset),
  remove: oc.input(z.object({ id: DatasetId })).output(z.object({ removed: z.boolean() })),
}
