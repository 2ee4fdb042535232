// Decisions that were made and are not yet known to be on the disk. They outlive a reload and a lost server, and are sent again under the same ids.
import type { DecisionDraft, Role } from '@contract/decisions.ts'

export interface Person {
  readonly dataset: string
  readonly annotator: string
  readonly role: Role
}

/** One stroke: the decisions of a key press or of a selected grid. */
export interface Stroke {
  readonly id: string
  /** Grows; strokes are sent in the order they were made. */
  readonly order: number
  readonly drafts: readonly DecisionDraft[]
}

export interface Outbox {
  readonly list: () => Stroke[]
  readonly add: (drafts: readonly DecisionDraft[]) => Stroke
  readonly remove: (id: string) => void
}

export interface Keeper {
  readonly keys: (prefix: string) => string[]
  readonly read: (key: string) => string | undefined
  readonly keep: (key: string, value: string | undefined) => boolean
}

/** One key for every stroke, so that two windows of one person do not write over each other. What the host refuses to keep is kept here alone. */
export function createOutbox(keeper: Keeper, { dataset, annotator, role }: Person): Outbox {
  const prefix = `mmedit.audit.unsent/${dataset}/${role}/${encodeURIComponent(annotator)}/`
  const strokes = new Map<string, Stroke>()
  for (const key of keeper.keys(prefix)) {
    const stroke = parseStroke(keeper.read(key))
    if (stroke)
      strokes.set(stroke.id, stroke)
  }
  const list = (): Stroke[] => [...strokes.values()].sort((a, b) => a.order - b.order)
  return {
    list,
    add(drafts) {
      const first = drafts[0]
      if (!first)
        throw new Error('internal: a stroke without a decision')
      const stroke: Stroke = { id: first.id, order: (list().at(-1)?.order ?? 0) + 1, drafts }
      strokes.set(stroke.id, stroke)
      keeper.keep(prefix + stroke.id, JSON.stringify(stroke))
      return stroke
    },
    remove(id) {
      strokes.delete(id)
      keeper.keep(prefix + id, undefined)
    },
  }
}

function parseStroke(text: string | undefined): Stroke | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as Stroke | null
    return value && typeof value.id === 'string' && Array.isArray(value.drafts) && value.drafts.length > 0 ? value : undefined
  }
  catch {
    return undefined
  }
}
