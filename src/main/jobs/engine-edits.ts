// The Lab's edits that still answer: a bounded number, the oldest forgotten first.
import type { EditId } from '../../preload/contract/identifiers.ts'
import type { Edit } from '../methods/method.ts'

/** At least text, vision and both side by side, and what was compared with before; never more than a gibibyte of weights beyond the newest. */
const limits = { edits: 12, bytes: 2 ** 30 }

export interface KeptEdits {
  readonly keep: (id: EditId, edit: Edit) => void
  /** Throws a sentence if it was undone or forgotten. */
  readonly get: (id: EditId) => Edit
  readonly drop: (id: EditId) => boolean
}

const sizeOf = (edit: Edit): number => [...edit.overlay.values()].reduce((sum, values) => sum + values.byteLength, 0)

export function createKeptEdits(most: { readonly edits: number, readonly bytes: number } = limits): KeptEdits {
  const edits = new Map<EditId, Edit>()
  return {
    keep(id, edit) {
      edits.set(id, edit)
      let bytes = [...edits.values()].reduce((sum, kept) => sum + sizeOf(kept), 0)
      for (const [oldest, kept] of edits) {
        if (edits.size === 1 || (edits.size <= most.edits && bytes <= most.bytes))
          break
        edits.delete(oldest)
        bytes -= sizeOf(kept)
      }
    },
    get(id) {
      const edit = edits.get(id)
      if (!edit)
        throw new Error(`Edit '${id}' is not kept any more: it was undone, or the model was opened again. Edit once more to ask it.`)
      return edit
    },
    drop: id => edits.delete(id),
  }
}
