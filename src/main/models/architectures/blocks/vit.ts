// The vision transformer of BLIP-2 (EVA ViT-g/14, https://arxiv.org/abs/2211.07636): class token, pre-norm, fused qkv.
import { constant } from '../../../tensor/expr.ts'
import type { Expr } from '../../../tensor/expr.ts'
import { add } from '../../../tensor/ops/elementwise.ts'
import { concat, reshape, slice, transpose } from '../../../tensor/ops/movement.ts'
import { linear, matMul } from '../../../tensor/ops/product.ts'
import type { Weights } from '../../weights.ts'
import type { Mark } from '../architecture.ts'
import { attend, project, scaled, splitHeads } from './attention.ts'
import { feedForward, norm } from './feed-forward.ts'
import type { Activation } from './feed-forward.ts'
import { bicubicGrid } from './interpolate.ts'

export interface VitConfig {
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly image_size: number
  readonly patch_size: number
  readonly hidden_act: Activation
  readonly layer_norm_eps: number
  readonly qkv_bias: boolean
}

/** pixels [3, height, width] → [1 + patches, width]: patches, class token in front, learned positions. */
export function vitEmbeddings(config: VitConfig, w: Weights, pixels: Expr, mark: Mark): Expr {
  const { hidden_size: width, patch_size: patch } = config
  const [rows, columns] = [Math.floor(Number(pixels.shape[1]) / patch), Math.floor(Number(pixels.shape[2]) / patch)]
  // A convolution whose stride is its kernel is a linear map of each patch; what does not fill a patch is left out.
  const whole = slice(slice(pixels, 1, 0, rows * patch), 2, 0, columns * patch)
  const patches = reshape(transpose(reshape(whole, [3, rows, patch, columns, patch]), [1, 3, 0, 2, 4]), [rows * columns, 3 * patch * patch])
  const kernel = reshape(w.get('patch_embedding.weight', [width, 3, patch, patch]), [width, 3 * patch * patch])
  const embedded = mark({ kind: 'patches', rows, columns }, linear(patches, kernel, w.get('patch_embedding.bias', [width])))
  const classToken = reshape(w.get('class_embedding', [1, 1, width]), [1, width])
  return add(concat([classToken, embedded], 0), vitPositions(config, w, rows, columns))
}

/** Learned positions [1 + rows·columns, width], interpolated when the picture has another size than the model was trained with. */
function vitPositions({ hidden_size: width, image_size: imageSize, patch_size: patch }: VitConfig, w: Weights, rows: number, columns: number): Expr {
  const grid = Math.floor(imageSize / patch)
  const positions = reshape(w.get('position_embedding', [1, 1 + grid * grid, width]), [1 + grid * grid, width])
  if (rows === grid && columns === grid)
    return positions
  const classPosition = slice(positions, 0, 0, 1)
  const map = constant(bicubicGrid(grid, rows, columns), [rows * columns, grid * grid])
  return concat([classPosition, matMul(map, slice(positions, 0, 1, 1 + grid * grid))], 0)
}

/** hidden [tokens, width] → [tokens, width] */
export function vitLayer(config: VitConfig, w: Weights, hidden: Expr): Expr {
  const attended = add(hidden, vitAttention(config, w.at('self_attn'), norm(w, 'layer_norm1', hidden, config.layer_norm_eps)))
  return add(attended, feedForward(w.at('mlp'), norm(w, 'layer_norm2', attended, config.layer_norm_eps), {
    first: 'fc1', second: 'fc2', inner: config.intermediate_size, activation: config.hidden_act,
  }))
}

function vitAttention(config: VitConfig, w: Weights, x: Expr): Expr {
  const { hidden_size: width, num_attention_heads: heads } = config
  const qkv = linear(x, w.get('qkv.weight', [3 * width, width]), qkvBias(config, w)) // [tokens, 3 · width]
  const part = (i: number): Expr => splitHeads(slice(qkv, 1, i * width, (i + 1) * width), heads)
  return project(w, 'projection', attend(scaled(part(0), width, heads), part(1), part(2)), width)
}

/** One bias for q, k and v; older files keep those of q and v apart and k has none. */
function qkvBias({ hidden_size: width, qkv_bias: hasBias }: VitConfig, w: Weights): Expr | undefined {
  if (!hasBias)
    return undefined
  if (w.has('qkv.bias') || !w.has('q_bias'))
    return w.get('qkv.bias', [3 * width])
  return concat([w.get('q_bias', [width]), constant(new Float32Array(width), [width]), w.get('v_bias', [width])], 0)
}
