// What everyone else knows of a model: it answers, it can be fitted, and an edit of it is a value.
import type { Runtime } from '../onnx/runtime.ts'
import type { Expr } from '../tensor/expr.ts'
import type { ProviderReport } from '../../preload/contract/models.ts'
import type { TextEncoder } from './text-encoder.ts'
import type { TraceOptions, TraceStep } from './trace.ts'
import type { QuestionForm } from '../../preload/contract/records.ts'

/** A question with or without a picture. `image` is the absolute path of a picture file. */
export interface Question {
  readonly prompt: string
  readonly form: QuestionForm
  readonly image?: string
}

/** A question and what should be answered to it; the answer has no leading blank. */
export interface Example {
  readonly question: Question
  readonly expected: string
}

/** One model's output at some positions of a teacher-forced sequence. Rows are positions. */
export interface Positions {
  /** Logits in fp32, row-major [rows, vocabulary]. */
  readonly logits: Float32Array
  readonly rows: number
  readonly vocabulary: number
}

/** Everything that metrics need of an answer. Stays inside the engine: `viewAnswer` makes what people see. */
export interface Answer {
  /** Token ids of the expected answer (span of the joint tokenisation, spec §8). */
  readonly expected: readonly number[]
  /** Logits at the positions that predict `expected`, in order: rows = expected.length. */
  readonly positions: Positions
  /**
   * Highest ten token ids at every position of the sequence (picture slots included), best first, ties to the lowest id:
   * row-major [sequence, 10]. For the EasyEdit-compatible localities (spec §2.1).
   */
  readonly top10: Int32Array
  readonly sequence: number
  /** Free greedy decoding. */
  readonly generated: { readonly tokens: readonly number[], readonly probabilities: readonly number[], readonly text: string }
  /** Of an answerer that decides per question whether it answers: its score, 0…1, and what it decided. */
  readonly routing?: { readonly score: number, readonly taken: boolean }
}

export interface AnswerOptions {
  /** Most tokens to decode freely; default: as many as expected plus 4, at least 8. */
  readonly maxTokens?: number
  readonly signal?: AbortSignal
  /** Only of an opened model: a copy of it that answers along (SERAC's counterfactual model). */
  readonly companion?: Companion
}

/** A copy of the model with other weights that is asked a question of its own; both answer together, decoded token by token. */
export interface Companion {
  readonly question: Question
  readonly weights: WeightOverlay
  /** Logits [vocabulary] of the model and of its copy at one position → the logits answered with. The inputs must stay as they are. */
  readonly combine: (own: Float32Array, other: Float32Array) => Float32Array
}

/** Something that answers: a model, a model with other weights, a router in front of two (SERAC), a longer prompt (IKE). */
export interface Answerer {
  /** Asks `question` and scores `expected` by teacher forcing; also decodes freely. */
  answer: (question: Question, expected: string, options?: AnswerOptions) => Promise<Answer>
}

export type Scope = 'text' | 'vision' | 'both'

/** A weight that an edit may change. `role` is what it does, whatever the checkpoint calls it. */
export interface WeightInfo {
  readonly name: string
  readonly shape: readonly number[]
  readonly module: 'text' | 'vision'
  /** One of `roles` of the architecture, e.g. 'language-ffn', 'q-former', 'vit-ffn', 'projection'. */
  readonly role: string
  /** Layer number inside its module, where it has one. */
  readonly layer?: number
}

export interface ModelInfo {
  readonly name: string
  readonly architecture: string
  readonly parameterCount: number
  readonly sizeBytes: number
  readonly dtype: string
  readonly vocabulary: number
  readonly textLayers: number
  /** Positions the language model has for picture slots, question and answer together. */
  readonly maxPositions: number
  readonly roles: readonly { readonly role: string, readonly label: string, readonly scope: 'text' | 'vision' }[]
}

/** Changed weights by name, fp32, row-major in the checkpoint's own shape. An edit is this value; undo is dropping it. */
export type WeightOverlay = ReadonlyMap<string, Float32Array>

/**
 * Expressions of the mean negative log-likelihood of the examples' answers (token t scored on tokens < t), for training/.
 * `loss` is a scalar; `feeds` holds values of its non-weight inputs, one set an example; the losses of several examples are averaged.
 */
export interface TrainingProblem {
  readonly loss: Expr
  /** The weights that may change, as leaves of `loss`, with their current fp32 values. */
  readonly weights: readonly { readonly name: string, readonly leaf: Expr, readonly value: Float32Array }[]
  readonly feeds: readonly Readonly<Record<string, FeedValue>>[]
  /** How many answer tokens the loss averages over, one number an example: loss × tokens ≤ ln 2 means every token is the best one. */
  readonly tokens: readonly number[]
}

export interface FeedValue {
  readonly data: Float32Array | BigInt64Array | Int32Array
  readonly dims: readonly number[]
}

/**
 * One example's answer logits as a function of some weights, for methods that build their own objectives (MEND, KE, SERAC, co-edit).
 * Examples of one kind (with or without picture, same weights) share the very same expressions, only their feeds differ.
 */
export interface Reading {
  /** Logits [rows, vocabulary] at the positions that predict the answer, in order. */
  readonly logits: Expr
  /** The answer's token ids, an int64 input [rows] named 'targets'. */
  readonly targets: Expr
  /** The leaves of `logits` that are the asked weights; weights that cannot change this answer are not among them. */
  readonly leaves: ReadonlyMap<string, Expr>
  /** Values of all other leaves that are fed: inputs (also `rows` and `targets`), and frozen weights that are not read from the checkpoint. */
  readonly feeds: Readonly<Record<string, FeedValue>>
  /** Tokens of the answer. */
  readonly tokens: number
}

/** Rows of numbers, row-major. */
export interface Rows {
  readonly values: Float32Array
  readonly rows: number
  readonly width: number
}

export interface Captured extends Rows {
  /** The row of the last prompt token: the one that predicts the first answer token. */
  readonly promptEnd: number
}

/** In place of what the product with `weight` gives at the last prompt position: `value`, as wide as the product's output. */
export interface Replacement {
  readonly weight: string
  readonly value: Float32Array
}

export interface Model extends Answerer {
  readonly info: ModelInfo
  readonly provider: ProviderReport
  /** What runs this model's graphs, for training/ to run a problem on. */
  readonly runtime: Runtime
  /** Every weight that an edit may change, in checkpoint order. */
  readonly weights: readonly WeightInfo[]
  /** Current fp32 value of a weight (overlay first, then the checkpoint). */
  readWeight: (name: string) => Promise<Float32Array>
  /** The loss of the examples as a function of the named weights, ready for training/. */
  problem: (examples: readonly Example[], weights: readonly string[]) => Promise<TrainingProblem>
  /** The example's answer logits as a function of the named weights. */
  reading: (example: Example, weights: readonly string[]) => Promise<Reading>
  /** What enters the product with a language weight, one row a position of question and answer (picture slots first). */
  capture: (question: Question, expected: string, weight: string) => Promise<Captured>
  /** The same for several texts read at once, as they are and without an answer. Nothing is kept: for texts by the thousand. */
  captureTexts: (texts: readonly string[], weight: string) => Promise<readonly Rows[]>
  /** Which layers and tokens carry the answer: see trace.ts. Opens graphs of single layers and closes them at the end. */
  trace: (question: Question, expected: string, options: TraceOptions) => AsyncGenerator<TraceStep, void, undefined>
  /** The same model with one product's output at the last prompt position replaced. One replacement at a time: a second takes the first one's place. */
  withReplacement: (replacement: Replacement) => Model
  /** A sentence encoder's folder, for methods that compare texts by more than the model's own features. Throws CheckpointError with one sentence. */
  openTextEncoder: (folder: string) => Promise<TextEncoder>
  /** What the language model is shown of a picture, [slots, width]. */
  look: (image: string) => Promise<Rows>
  /** The prompt as the model reads it: the question in its template, other forms as they are. */
  promptOf: (question: Question) => string
  /** Positions that question and answer take, picture slots included. Throws a sentence when they are more than the model has. */
  lengthOf: (question: Question, expected: string) => number
  /** Token ids of a text by itself, with the special tokens of the model's format. */
  tokensOf: (text: string) => readonly number[]
  /** What the language model's table holds for the tokens, [tokens, width]. */
  embeddingsOf: (tokens: readonly number[]) => Promise<Rows>
  /** The same model with other values for some weights; shares everything else. Dropping the result is the undo. */
  withWeights: (overlay: WeightOverlay) => Model
  /** Text of token ids, for views. */
  decode: (tokens: readonly number[]) => string
  dispose: () => Promise<void>
}
