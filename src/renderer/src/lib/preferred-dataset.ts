// Which dataset to show before anyone chose.
import type { Dataset } from '@contract/datasets.ts'

/** Evaluation records before training records, questions before captions, otherwise the study's own order. */
export function preferredDataset(datasets: readonly Pick<Dataset, 'id' | 'task'>[]): string | undefined {
  const rank = ({ id, task }: Pick<Dataset, 'id' | 'task'>): number => (/eval|test/.test(id) ? 2 : 0) + (task === 'e-vqa' ? 1 : 0)
  return [...datasets].sort((a, b) => rank(b) - rank(a))[0]?.id
}
