// The Lab's edits that still answer, and how each was made: a bounded number is held, the oldest forgotten first and made again when asked for.
import type { EditId } from '../../preload/contract/identifiers.ts'
import type { Edit, Method } from '../methods/method.ts'
import type { WeightOverlay } from '../models/model.ts'
import type { JobOf } from './protocol.ts'

/** At least text, vision and both side by side, and what was compared with before; never more than a gibibyte of weights beyond the newest. */
const limits = { edits: 12, bytes: 2 ** 30 }

/** An edit and what it stands on. */
export interface Version {
  readonly edit: Edit
  readonly method: Method
  /** Parsed settings, and the trained editor's file. */
  readonly config: unknown
  readonly editor: string | undefined
  /** Weights of the edits underneath that another method made; those of the same method are in `edit`. */
  readonly ground: WeightOverlay
}

export type EditRecipe = JobOf<'edit'>

export interface KeptEdits {
  /** Remembers how an edit is made, for as long as this process lives. */
  readonly learn: (recipe: EditRecipe) => void
  readonly keep: (id: EditId, version: Version) => void
  /** Undefined if it was forgotten. */
  readonly find: (id: EditId) => Version | undefined
  readonly has: (id: EditId) => boolean
  /** Throws a sentence for an edit that was undone or never made. */
  readonly demand: (id: EditId) => void
  /** Also of one that was undone while others stand on it. Throws a sentence if nobody knows how it was made. */
  readonly recipeOf: (id: EditId) => EditRecipe
  /** Edits from the first underneath to this one. Throws a sentence if one of them is not known. */
  readonly chainOf: (id: EditId) => EditId[]
  /** Forgets it; how it was made is kept only while others stand on it. */
  readonly drop: (id: EditId) => boolean
}

/** Bytes of weights; what versions share counts once. */
function bytesOf(versions: Iterable<Version>): number {
  const arrays = new Set([...versions].flatMap(({ edit, ground }) => [...edit.overlay.values(), ...ground.values()]))
  return [...arrays].reduce((sum, values) => sum + values.byteLength, 0)
}

export function createKeptEdits(most: { readonly edits: number, readonly bytes: number } = limits): KeptEdits {
  const versions = new Map<EditId, Version>()
  const recipes = new Map<EditId, EditRecipe>()
  const dropped = new Set<EditId>()

  const gone = (id: EditId): Error => new Error(`Edit '${id}' is not kept any more: it was undone, or the workbench was started again. Edit once more to ask it.`)
  const recipeOf = (id: EditId): EditRecipe => {
    const recipe = recipes.get(id)
    if (!recipe)
      throw gone(id)
    return recipe
  }

  /** Recipes of what was dropped go as soon as nothing stands on them. */
  function tidy(): void {
    const needed = new Set([...recipes.values()].flatMap(({ onto }) => onto ?? []))
    for (const id of dropped) {
      if (!needed.has(id) && recipes.delete(id)) {
        dropped.delete(id)
        return tidy()
      }
    }
  }

  return {
    learn(recipe) {
      recipes.set(recipe.edit, recipe)
      dropped.delete(recipe.edit)
    },
    keep(id, version) {
      versions.delete(id)
      versions.set(id, version)
      for (const oldest of [...versions.keys()]) {
        if (versions.size === 1 || (versions.size <= most.edits && bytesOf(versions.values()) <= most.bytes))
          break
        versions.delete(oldest)
      }
    },
    find(id) {
      const version = versions.get(id)
      if (version) {
        versions.delete(id)
        versions.set(id, version)
      }
      return version
    },
    has: id => versions.has(id),
    demand(id) {
      if (dropped.has(id) || !recipes.has(id))
        throw gone(id)
    },
    recipeOf,
    chainOf(id) {
      const chain = [id]
      for (let under = recipeOf(id).onto; under !== undefined; under = recipeOf(under).onto)
        chain.unshift(under)
      return chain
    },
    drop(id) {
      const was = recipes.has(id) && !dropped.has(id)
      versions.delete(id)
      dropped.add(id)
      tidy()
      if (!recipes.has(id))
        dropped.delete(id)
      return was
    },
  }
}
