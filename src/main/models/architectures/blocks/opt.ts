// OPT (https://arxiv.org/abs/2205.01068): a causal decoder with learned positions and a tied head.
import type { Expr } from '../../../tensor/expr.ts'
import { add } from '../../../tensor/ops/elementwise.ts'
import { gather } from '../../../tensor/ops/indexing.ts'
import { concat } from '../../../tensor/ops/movement.ts'
import { linear } from '../../../tensor/ops/product.ts'
import type { Weights } from '../../weights.ts'
import { attend, project, scaled, splitHeads } from './attention.ts'
import { feedForward, norm } from './feed-forward.ts'
import type { Activation } from './feed-forward.ts'

export interface OptConfig {
  readonly vocab_size: number
  readonly hidden_size: number
  readonly ffn_dim: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly max_position_embeddings: number
  readonly word_embed_proj_dim: number
  readonly activation_function: Activation
  readonly do_layer_norm_before: boolean
  readonly enable_bias: boolean
  readonly _remove_final_layer_norm: boolean
}

/** OPT's position table begins two rows before position 0 (fairseq's padding index). */
export const optPositionOffset = 2
// torch's default; OPT's config does not state one.
const epsilon = 1e-5

/** Keys and values of earlier tokens, [heads, past, size] each. */
export interface Past {
  readonly key: Expr
  readonly value: Expr
}

/** Token embeddings [tokens, word_embed_proj_dim] of ids [tokens]. */
export const optTokens = (config: OptConfig, w: Weights, ids: Expr): Expr =>
  gather(w.get('model.decoder.embed_tokens.weight', [config.vocab_size, config.word_embed_proj_dim]), ids, 0)

/** sequence [tokens, word_embed_proj_dim] with positions [tokens] (offset included) → [tokens, width] */
export function optInput(config: OptConfig, w: Weights, sequence: Expr, positions: Expr): Expr {
  const table = w.get('model.decoder.embed_positions.weight', [config.max_position_embeddings + optPositionOffset, config.hidden_size])
  const entered = config.word_embed_proj_dim === config.hidden_size
    ? sequence
    : project(w, 'model.decoder.project_in', sequence, config.hidden_size, false)
  return add(entered, gather(table, positions, 0))
}

/** One layer. mask [tokens, past + tokens] is added to the attention scores. Also returns all keys and values so far. */
export function optLayer(config: OptConfig, w: Weights, hidden: Expr, mask: Expr, past?: Past): { hidden: Expr } & Past {
  const isBefore = config.do_layer_norm_before // otherwise after, as in OPT-350M
  const before = (name: string, x: Expr): Expr => (isBefore ? norm(w, name, x, epsilon) : x)
  const after = (name: string, x: Expr): Expr => (isBefore ? x : norm(w, name, x, epsilon))

  const attention = optAttention(config, w.at('self_attn'), before('self_attn_layer_norm', hidden), mask, past)
  const attended = after('self_attn_layer_norm', add(hidden, attention.output))
  const inner = feedForward(w, before('final_layer_norm', attended), {
    first: 'fc1', second: 'fc2', inner: config.ffn_dim, activation: config.activation_function, hasBias: config.enable_bias,
  })
  return { hidden: after('final_layer_norm', add(attended, inner)), key: attention.key, value: attention.value }
}

function optAttention(config: OptConfig, w: Weights, x: Expr, mask: Expr, past?: Past): { output: Expr } & Past {
  const { hidden_size: width, num_attention_heads: heads, enable_bias: hasBias } = config
  const from = (name: string): Expr => project(w, name, x, width, hasBias)
  const grown = (old: Expr | undefined, now: Expr): Expr => (old ? concat([old, now], 1) : now)
  const key = grown(past?.key, splitHeads(from('k_proj'), heads)) // [heads, past + tokens, size]
  const value = grown(past?.value, splitHeads(from('v_proj'), heads))
  const attended = attend(splitHeads(scaled(from('q_proj'), width, heads), heads), key, value, mask)
  return { output: project(w, 'out_proj', attended, width, hasBias), key, value }
}

/** hidden [tokens, width] → logits [tokens, vocabulary]. The head is the embedding table unless the model unties them. */
export function optHead(config: OptConfig, w: Weights, hidden: Expr, isTied: boolean): Expr {
  const hasNorm = config.do_layer_norm_before && !config._remove_final_layer_norm
  const normed = hasNorm ? norm(w, 'model.decoder.final_layer_norm', hidden, epsilon) : hidden
  const left = config.word_embed_proj_dim === config.hidden_size
    ? normed
    : project(w, 'model.decoder.project_out', normed, config.word_embed_proj_dim, false)
  return linear(left, w.get(isTied ? 'model.decoder.embed_tokens.weight' : 'lm_head.weight', [config.vocab_size, config.word_embed_proj_dim]))
}
