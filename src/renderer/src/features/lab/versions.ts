// Edits on top of edits as a tree: chains, rows for a list, other orders. Pure; versions-store holds them.
import type { Verdict } from '@contract/methods.ts'
import type { EditPlan } from './lane.ts'
import type { Retained } from './outcome.ts'

export interface Version {
  /** The engine's name of the edit. */
  readonly id: string
  readonly parent: string | undefined
  /** In the order they were made, from 1. */
  readonly number: number
  /** Given by the user; empty: none. */
  readonly name: string
  readonly plan: EditPlan
  readonly question: string
  readonly target: string
  readonly verdict: Verdict | undefined
  readonly took: boolean | undefined
  readonly retained: readonly Retained[]
}

export interface TreeRow {
  readonly version: Version
  readonly depth: number
  /** Has versions on top. */
  readonly isParent: boolean
}

export type Versions = readonly Version[]

export const findVersion = (versions: Versions, id: string | undefined): Version | undefined => versions.find(one => one.id === id)

/** From the first edit to this one; empty for the unedited model. */
export function chainOf(versions: Versions, id: string | undefined): Version[] {
  const chain: Version[] = []
  for (let at = findVersion(versions, id); at && !chain.includes(at); at = findVersion(versions, at.parent))
    chain.unshift(at)
  return chain
}

/** Depth first, siblings in the order they were made. */
export function treeRows(versions: Versions, parent?: string, depth = 0): TreeRow[] {
  return versions.filter(one => one.parent === parent).flatMap((version) => {
    const above = treeRows(versions, version.id, depth + 1)
    return [{ version, depth, isParent: above.length > 0 }, ...above]
  })
}

/** The version and everything on top of it, what stands highest first. */
export function withDescendants(versions: Versions, id: string): Version[] {
  const own = findVersion(versions, id)
  return own ? [...treeRows(versions, id).map(row => row.version).reverse(), own] : []
}

/**
 * The chain of `head` with one edit moved: what has to be made again, in order, and what it stands on. The edits before the first
 * change of order stay as they are. Undefined where there is nothing to swap with.
 */
export function reordered(versions: Versions, head: string, id: string, step: -1 | 1): { readonly onto: string | undefined, readonly replay: Version[] } | undefined {
  const chain = chainOf(versions, head)
  const at = chain.findIndex(one => one.id === id)
  const other = at + step
  const moved = chain[at], swapped = chain[other]
  if (!moved || !swapped)
    return undefined
  const first = Math.min(at, other)
  const order = chain.with(at, swapped).with(other, moved)
  return { onto: chain[first - 1]?.id, replay: order.slice(first) }
}

export const titleOf = ({ number, name, target }: Pick<Version, 'number' | 'name' | 'target'>): string => `${number} · ${name === '' ? target : name}`
