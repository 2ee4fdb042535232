// The querying transformer of BLIP-2 (https://arxiv.org/abs/2301.12597): BERT with learned queries that look at the picture.
import type { Expr } from '../../../tensor/expr.ts'
import { add } from '../../../tensor/ops/elementwise.ts'
import type { Weights } from '../../weights.ts'
import { attend, project, scaled, splitHeads } from './attention.ts'
import { activate, norm } from './feed-forward.ts'
import type { Activation } from './feed-forward.ts'

export interface QFormerConfig {
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly cross_attention_frequency: number
  readonly hidden_act: Activation
  readonly layer_norm_eps: number
}

/** queries [slots, width], picture [patches, vision width] → [slots, width]. Post-norm, as in BERT. */
export function qFormer(config: QFormerConfig, w: Weights, queries: Expr, picture: Expr): Expr {
  let hidden = norm(w, 'layernorm', queries, config.layer_norm_eps)
  for (let i = 0; i < config.num_hidden_layers; i++)
    hidden = qFormerLayer(config, w.at(`encoder.layer.${i}`), hidden, i % config.cross_attention_frequency === 0 ? picture : undefined)
  return hidden
}

function qFormerLayer(config: QFormerConfig, w: Weights, hidden: Expr, picture: Expr | undefined): Expr {
  const self = attention(config, w.at('attention'), hidden, hidden)
  const crossed = picture ? attention(config, w.at('crossattention'), self, picture) : self
  const inner = activate(config.hidden_act, project(w, 'intermediate_query.dense', crossed, config.intermediate_size))
  const outer = project(w, 'output_query.dense', inner, config.hidden_size)
  return norm(w, 'output_query.LayerNorm', add(outer, crossed), config.layer_norm_eps)
}

/** Attention with its output projection, residual and norm. */
function attention(config: QFormerConfig, w: Weights, hidden: Expr, source: Expr): Expr {
  const { hidden_size: width, num_attention_heads: heads } = config
  const from = (name: string, x: Expr): Expr => splitHeads(project(w, `attention.${name}`, x, width), heads)
  const attended = attend(scaled(from('query', hidden), width, heads), from('key', source), from('value', source))
  return norm(w, 'output.LayerNorm', add(project(w, 'output.dense', attended, width), hidden), config.layer_norm_eps)
}
