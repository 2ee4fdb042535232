// BERT (https://arxiv.org/abs/1810.04805): post-norm layers, which the Q-Former shares, and the embeddings in front of them.
import type { Dim } from '../../../tensor/dims.ts'
import type { Expr } from '../../../tensor/expr.ts'
import { add } from '../../../tensor/ops/elementwise.ts'
import { gather } from '../../../tensor/ops/indexing.ts'
import { slice } from '../../../tensor/ops/movement.ts'
import type { Weights } from '../../weights.ts'
import { attend, project, scaled, splitHeads } from './attention.ts'
import { activate, norm } from './feed-forward.ts'
import type { Activation } from './feed-forward.ts'

export interface PostNormConfig {
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly num_attention_heads: number
  readonly hidden_act: Activation
  readonly layer_norm_eps: number
}

export interface BertConfig extends PostNormConfig {
  readonly vocab_size: number
  readonly num_hidden_layers: number
  readonly max_position_embeddings: number
  readonly type_vocab_size: number
}

/** Attention with its output projection, residual and norm; `inner` names the three projections' place. */
export function postNormAttention(config: PostNormConfig, w: Weights, inner: string, hidden: Expr, source: Expr): Expr {
  const { hidden_size: width, num_attention_heads: heads } = config
  const from = (name: string, x: Expr): Expr => splitHeads(project(w, `${inner}.${name}`, x, width), heads)
  const attended = attend(scaled(from('query', hidden), width, heads), from('key', source), from('value', source))
  return norm(w, 'output.LayerNorm', add(project(w, 'output.dense', attended, width), hidden), config.layer_norm_eps)
}

/** The position-wise network with residual and norm. */
export function postNormFeedForward(config: PostNormConfig, w: Weights, first: string, second: string, hidden: Expr): Expr {
  const inner = activate(config.hidden_act, project(w, `${first}.dense`, hidden, config.intermediate_size))
  return norm(w, `${second}.LayerNorm`, add(project(w, `${second}.dense`, inner, config.hidden_size), hidden), config.layer_norm_eps)
}

/** ids [tokens] of one segment → [tokens, width] */
export function bertEncoder(config: BertConfig, w: Weights, ids: Expr): Expr {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i) => w.at(`encoder.layer.${i}`))
  return layers.reduce((hidden, layer) => {
    const attended = postNormAttention(config, layer.at('attention'), 'self', hidden, hidden)
    return postNormFeedForward(config, layer, 'intermediate', 'output', attended)
  }, bertEmbeddings(config, w.at('embeddings'), ids))
}

function bertEmbeddings(config: BertConfig, w: Weights, ids: Expr): Expr {
  const table = (name: string, rows: number): Expr => w.get(`${name}.weight`, [rows, config.hidden_size])
  const first = (x: Expr, count: Dim): Expr => slice(x, 0, 0, count)
  const words = gather(table('word_embeddings', config.vocab_size), ids, 0)
  const positions = first(table('position_embeddings', config.max_position_embeddings), ids.shape[0]!)
  const segment = first(table('token_type_embeddings', config.type_vocab_size), 1)
  return norm(w, 'LayerNorm', add(add(words, segment), positions), config.layer_norm_eps)
}
