// The names under which papers, EasyEdit and VLKEB report the five scores and portability → our metric ids (spec §2.1–2.3).
import { metrics } from '../../metrics/index.ts'
import type { Metric } from '../../metrics/metric.ts'

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '')

/** EasyEdit's two spellings (the trainer's with a slash, the editor's with an underscore; IKE turns one around), and what papers write. */
const usual: Readonly<Record<string, readonly string[]>> = {
  'reliability': ['inner/acc', 'rewrite_acc', 'Rel', 'Edit success', 'Success', 'ES'],
  'text-generality': ['edit/acc', 'rephrase_acc', 'T-Generality', 'Text generality', 'T-Gen', 'Generality', 'Gen'],
  'image-generality': ['image_rephrase/acc', 'image_rephrase_acc', 'rephrase_image_acc', 'M-Generality', 'Image generality', 'Multimodal generality', 'I-Generality', 'M-Gen', 'I-Gen'],
  'text-locality': ['loc/acc', 'locality_acc', 'T-Locality', 'Text locality', 'T-Loc', 'Locality', 'Loc'],
  'image-locality': ['image_loc/acc', 'multimodal_locality_acc', 'M-Locality', 'Image locality', 'Multimodal locality', 'I-Locality', 'M-Loc', 'I-Loc'],
  'portability': ['port/acc', 'port_acc', 'portability_acc', 'Port'],
}

const byName = new Map([
  ...Object.entries(usual).flatMap(([id, names]) => names.map(name => [plain(name), id] as const)),
  ...metrics.all.flatMap(({ id, label, symbol }) => [id, label, symbol].map(name => [plain(name), id] as const)),
])

/** The metric that is usually called so; case, blanks and punctuation do not count. */
export function metricNamed(name: string): Metric | undefined {
  const id = byName.get(plain(name))
  return id === undefined ? undefined : metrics.get(id)
}

/** Is the metric's first reading a share? Then 0…1 is its range. */
export const isShare = (metric: Metric): boolean => metric.variants[0]?.unit === 'share'
