// What the import found odd, by record; asked for once a dataset, and only where there is something.
import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'
import type { Problem } from '@contract/records.ts'
import { useClient } from '../../api/client.ts'
import { useDatasetsStore } from './datasets-store.ts'
import type { Row } from './datasets-store.ts'

/** Problems looked through for the record that is shown; the dialog pages through all. */
const most = 5000
const pageSize = 1000

export function useProblems(row: () => Row | undefined): ComputedRef<readonly Problem[]> {
  const client = useClient()
  const store = useDatasetsStore()
  const known = shallowRef(new Map<string, Promise<Problem[]>>())
  const ofDataset = shallowRef<readonly Problem[]>([])
  const dataset = computed(() => store.all?.find(one => one.id === row()?.dataset))

  async function read(id: NonNullable<typeof dataset.value>['id']): Promise<Problem[]> {
    const all: Problem[] = []
    for (;;) {
      const { problems, total } = await client.datasets.listProblems({ id, offset: all.length, limit: pageSize })
      all.push(...problems)
      if (problems.length === 0 || all.length >= Math.min(total, most))
        return all
    }
  }

  watch(dataset, async (now) => {
    ofDataset.value = []
    if (!now || now.problemCount === 0)
      return
    const key = `${now.id} ${now.importedAt}`
    const reading = known.value.get(key) ?? read(now.id)
    known.value.set(key, reading)
    try {
      const problems = await reading
      if (dataset.value === now)
        ofDataset.value = problems
    }
    catch {
      // The dialog behind the button says why problems cannot be read.
      known.value.delete(key)
    }
  }, { immediate: true })

  return computed(() => ofDataset.value.filter(problem => problem.index !== undefined && problem.index === row()?.record.index && problem.severity === 'odd'))
}
