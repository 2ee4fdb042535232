/** A model's way from picture and question to the answer's logits, cut at its marked places, so that a run can begin after any of them. */

import { input, nameOf, substitute } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import type { BuiltStage, Place } from './architectures/architecture.ts'
import { joinRows } from './ask.ts'
import type { Parts } from './ask.ts'
import type { WeightOverlay } from './model.ts'
import { derivedStage } from './replace.ts'
import type { Keyed, StageRunner, Values } from './stage-runner.ts'

/** One step; it gives further values. At most one place lies in a step, and it is what the step gives. */
export interface Step {
  readonly place?: Place
  readonly run: (values: Values) => Promise<Values>
}

/** Under which name the values of a place are kept. */
export const keyOf = (place: Place): string => (place.kind === 'patches' ? 'at patches' : `at ${place.part} ${place.layer}`)

interface Segment {
  readonly place?: Place
  /** Missing: everything it gives is there already. */
  readonly stage?: BuiltStage
  /** Outputs that are a place: name → name of the place. */
  readonly same: Readonly<Record<string, string>>
}

/**
 * A stage as segments from place to place, the last one to those of its outputs that are needed. A segment reads the places before it,
 * whichever of them it depends on, so nothing before a place is computed again, and a block that reads two earlier ones reads both as they are.
 */
function segmentsOf(stage: BuiltStage, needed: ReadonlySet<string>): Segment[] {
  const places = new Map<Expr, Expr>()
  const reads = (): BuiltStage['reads'] => ({ ...stage.reads, ...Object.fromEntries([...places.values()].map(x => [nameOf(x)!, { dtype: x.dtype, shape: x.shape }])) })
  const segments = stage.places.map(({ place, x }): Segment => {
    const key = keyOf(place)
    const segment = { place, stage: derivedStage(stage, key, { [key]: substitute([x], places)[0]! }, reads()), same: {} }
    places.set(x, input(key, x.dtype, x.shape))
    return segment
  })
  const outputs = Object.entries(stage.outputs).filter(([name]) => needed.has(name))
  const known = new Map([...places.values()].map(x => [x, nameOf(x)!]))
  const rest = substitute(outputs.map(([, x]) => x), places)
  const named = outputs.map(([name], i) => [name, rest[i]!] as const)
  const open = named.filter(([, x]) => !known.has(x))
  return [...segments, {
    ...(open.length > 0 ? { stage: derivedStage(stage, 'to its end', Object.fromEntries(open), reads()) } : {}),
    same: Object.fromEntries(named.flatMap(([name, x]) => { const key = known.get(x); return key === undefined ? [] : [[name, key]] })),
  }]
}

const segmentsByParts = new WeakMap<readonly BuiltStage[], Segment[]>()

function segmentsOfAll(stages: readonly BuiltStage[], results: readonly string[]): Segment[] {
  const known = segmentsByParts.get(stages)
  if (known)
    return known
  const segments = stages.flatMap((stage, i) => segmentsOf(stage, new Set([...results, ...stages.slice(i + 1).flatMap(later => Object.keys(later.reads))])))
  segmentsByParts.set(stages, segments)
  return segments
}

/**
 * Steps from `pixels` (where there is a picture) and `embeddings` [tokens, width] to `logits`.
 * Values are computed without keys, so nothing of a trace displaces what the model keeps for its answers.
 */
export function stepsOf({ vision, language }: Parts, hasPicture: boolean, runner: StageRunner, overlay: WeightOverlay): { readonly steps: readonly Step[], /** The step that reads the embeddings. */ readonly join: number } {
  const stepOf = ({ place, stage, same }: Segment): Step => ({
    ...(place ? { place } : {}),
    async run(values) {
      const given = Object.fromEntries(Object.entries(same).map(([name, key]) => [name, values[key]!]))
      return stage ? { ...given, ...await runner.run(stage, values, overlay) } : given
    },
  })
  const join: Step = {
    run: ({ features, embeddings }) => Promise.resolve({ sequence: hasPicture ? withoutKey(joinRows(features!, embeddings!)) : embeddings! }),
  }
  const seeing = hasPicture ? segmentsOfAll(vision, ['features']).map(stepOf) : []
  return { steps: [...seeing, join, ...segmentsOfAll(language, ['logits']).map(stepOf)], join: seeing.length }
}

const withoutKey = ({ value }: Keyed): Keyed => ({ value })
