// Every edit of this session that can be gone back to, which one is edited and asked next, and the way there and back.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Lane } from './lane.ts'
import { keepForSession } from './keep-for-session.ts'
import { useLabStore } from './lab-store.ts'
import { chainOf, findVersion, treeRows, withDescendants } from './versions.ts'
import type { Version } from './versions.ts'

export const useVersionsStore = defineStore('lab-versions', () => {
  const lab = useLabStore()
  const every = shallowRef<readonly Version[]>([])
  /** Model → the version that is edited next; none: the unedited model. */
  const heads = ref<Readonly<Record<string, string | undefined>>>({})
  /** Versions that undo left, the last one first. */
  const left = shallowRef<readonly string[]>([])
  keepForSession('versions', every)
  keepForSession('heads', heads)
  let made = Math.max(0, ...every.value.map(({ number }) => number))

  /** Edits belong to the model they were made of. */
  const all = computed(() => every.value.filter(one => one.plan.model === lab.modelId))
  const headId = computed(() => lab.modelId === undefined ? undefined : heads.value[lab.modelId])
  const head = computed(() => findVersion(all.value, headId.value))
  const chain = computed(() => chainOf(all.value, headId.value))
  const rows = computed(() => treeRows(all.value))
  const canRedo = computed(() => left.value.some(id => findVersion(all.value, id)))

  function put(id: string | undefined): void {
    if (lab.modelId !== undefined)
      heads.value = { ...heads.value, [lab.modelId]: id }
  }

  function select(id: string | undefined): void {
    left.value = []
    put(id)
  }

  function undo(): void {
    if (!head.value)
      return
    left.value = [head.value.id, ...left.value]
    put(head.value.parent)
  }

  function redo(): void {
    const [next, ...rest] = left.value.filter(id => findVersion(all.value, id))
    if (next === undefined)
      return
    left.value = rest
    put(next)
  }

  /** Keeps what a lane has made. */
  function add({ plan, question, target, onto, outcome }: Lane, name = ''): void {
    if (outcome.edit === undefined)
      return
    const reliability = outcome.scores['reliability']?.['strict']
    every.value = [...every.value, {
      id: outcome.edit, parent: onto, number: ++made, name, plan, question, target, verdict: outcome.verdict,
      took: reliability === undefined ? outcome.after['edit-0']?.match?.forced : reliability === 1, retained: outcome.retained,
    }]
  }

  function rename(id: string, name: string): void {
    every.value = every.value.map(one => one.id === id ? { ...one, name: name.trim() } : one)
  }

  /** Takes a version and all on top of it out; gives their ids, what stands highest first. */
  function remove(id: string): string[] {
    const gone = withDescendants(every.value, id).map(one => one.id)
    const parent = findVersion(every.value, id)?.parent
    if (headId.value !== undefined && gone.includes(headId.value))
      select(parent)
    every.value = every.value.filter(one => !gone.includes(one.id))
    return gone
  }

  const hasChildren = (id: string | undefined): boolean => id !== undefined && every.value.some(one => one.parent === id)

  return { all, headId, head, chain, rows, canRedo, select, undo, redo, add, rename, remove, hasChildren }
})
