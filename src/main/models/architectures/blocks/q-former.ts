// The querying transformer of BLIP-2 (https://arxiv.org/abs/2301.12597): BERT with learned queries that look at the picture.
import type { Expr } from '../../../tensor/expr.ts'
import type { Weights } from '../../weights.ts'
import type { Mark } from '../architecture.ts'
import { postNormAttention, postNormFeedForward } from './bert.ts'
import type { PostNormConfig } from './bert.ts'
import { norm } from './feed-forward.ts'

export interface QFormerConfig extends PostNormConfig {
  readonly num_hidden_layers: number
  readonly cross_attention_frequency: number
}

/** queries [slots, width], picture [patches, vision width] → [slots, width]. Post-norm, as in BERT. */
export function qFormer(config: QFormerConfig, w: Weights, queries: Expr, picture: Expr, mark: Mark): Expr {
  let hidden = norm(w, 'layernorm', queries, config.layer_norm_eps)
  for (let i = 0; i < config.num_hidden_layers; i++)
    hidden = mark({ kind: 'layer', part: 'bridge', layer: i }, qFormerLayer(config, w.at(`encoder.layer.${i}`), hidden, i % config.cross_attention_frequency === 0 ? picture : undefined))
  return hidden
}

function qFormerLayer(config: QFormerConfig, w: Weights, hidden: Expr, picture: Expr | undefined): Expr {
  const self = postNormAttention(config, w.at('attention'), 'attention', hidden, hidden)
  const crossed = picture ? postNormAttention(config, w.at('crossattention'), 'attention', self, picture) : self
  return postNormFeedForward(config, w, 'intermediate_query', 'output_query', crossed)
}
