// What an architecture says about itself: its config, its names, its prompts, and its graph as a chain of stages.
import type { QuestionForm } from '../../../preload/contract/records.ts'
import { input, nameOf, topological } from '../../tensor/expr.ts'
import type { DType, Expr } from '../../tensor/expr.ts'
import type { Shape } from '../../tensor/dims.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { NameRule, WeightStore } from '../weights.ts'

export interface Signature {
  readonly dtype: DType
  readonly shape: Shape
}

export type Exprs = Readonly<Record<string, Expr>>

/** What a model consists of on the way from the picture to the answer; an architecture without a bridge has no blocks of it. */
export type TracedPart = 'vision' | 'bridge' | 'language'

/**
 * Places in a graph where tracing looks and acts. Each is [tokens, width]: the picture's patches as they enter, before positions are
 * added (`rows` × `columns` of them), and what each layer of each part gives on. Layers count from 0 inside their part.
 */
export type Place =
  | { readonly kind: 'patches', readonly rows: number, readonly columns: number }
  | { readonly kind: 'layer', readonly part: TracedPart, readonly layer: number }

/** Names a place and gives the expression back. */
export type Mark = (place: Place, x: Expr) => Expr

export const noMark: Mark = (_, x) => x

/**
 * A piece of the model that runs as one session. Pieces hold disjoint weights (a tied table apart), so an edit opens
 * new sessions for the pieces it touches and for no others, and what lies before them is computed once per input.
 */
export interface Stage {
  readonly id: string
  /** Values it reads, by name. */
  readonly reads: Readonly<Record<string, Signature>>
  /** The graph of its outputs, by name; reads may be of any fitting size. It marks its places from its inputs to its outputs. */
  readonly build: (values: Exprs, mark: Mark) => Exprs
}

/** A stage with its graph over its own inputs. */
export interface BuiltStage extends Stage {
  readonly outputs: Exprs
  /** Names of the weights it holds. */
  readonly weights: ReadonlySet<string>
  /** In the order of the computation. */
  readonly places: readonly { readonly place: Place, readonly x: Expr }[]
}

export function buildStage(stage: Stage): BuiltStage {
  const places: { place: Place, x: Expr }[] = []
  const mark: Mark = (place, x) => {
    places.push({ place, x })
    return x
  }
  const outputs = stage.build(Object.fromEntries(Object.entries(stage.reads).map(([name, { dtype, shape }]) => [name, input(name, dtype, shape)])), mark)
  const weights = new Set(topological(Object.values(outputs)).filter(x => x.leaf?.kind === 'weight').map(x => nameOf(x)!))
  return { ...stage, outputs, weights, places }
}

/** A model's graph. Values: pixels → … → features; ids → embeddings; features ++ embeddings = sequence → … → logits. */
export interface Assembly {
  readonly vision: readonly Stage[]
  readonly embed: Stage
  /** Read `sequence` or what the stage before gave, `positions`, `mask`, and `key.i`/`value.i` of earlier tokens as `past_key.i`/`past_value.i`. */
  readonly language: readonly Stage[]
}

/** What the rest of models/ needs to know of one checkpoint's shape. */
export interface Layout {
  readonly vocabulary: number
  readonly textLayers: number
  readonly heads: number
  readonly headSize: number
  /** Width of token embeddings, and of what the projection puts before them. */
  readonly embeddingWidth: number
  readonly featureWidth: number
  /** Positions a picture takes. */
  readonly slots: number
  /** Longest sequence, and what is added to positions before they are looked up. */
  readonly maxPositions: number
  readonly positionOffset: number
  readonly endTokens: readonly number[]
  /** Token that stands for a picture position, where the model has one; shown in ids only. */
  readonly imageToken?: number
  /** Picture size of the config, used where preprocessor_config.json is missing. */
  readonly imageSize: number
}

export interface Role {
  readonly role: string
  readonly label: string
  readonly scope: 'text' | 'vision'
}

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** An architecture bound to one checkpoint's config. */
export interface OpenedArchitecture {
  readonly layout: Layout
  /** Builds the graph; `isCut` says before which layers a stage begins (default: where edits usually happen). */
  readonly assemble: (weights: WeightStore, picture: PictureSize, isCut?: (layer: number, layers: number) => boolean) => Assembly
}

export interface Architecture {
  readonly id: string
  readonly label: string
  readonly paper: string
  /** `model_type` of config.json. */
  readonly modelType: string
  readonly roles: readonly Role[]
  /** What its parts are called. */
  readonly parts: Readonly<Record<TracedPart, string>>
  readonly nameRules: readonly NameRule[]
  /** Role and layer of a weight by its current name; undefined: not to be edited. */
  readonly roleOf: (weight: string) => { readonly role: string, readonly module: 'text' | 'vision', readonly layer?: number } | undefined
  /** How the model wants to be asked. */
  readonly prompt: (form: QuestionForm, prompt: string) => string
  /** Reads the config. `generation` is generation_config.json, where there is one. Throws CheckpointError. */
  readonly open: (checkpoint: Checkpoint, generation: unknown) => OpenedArchitecture
}

export function defineArchitecture(architecture: Architecture): Architecture {
  return architecture
}
