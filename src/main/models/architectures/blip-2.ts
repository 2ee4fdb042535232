// BLIP-2 with an OPT decoder (https://arxiv.org/abs/2301.12597), as transformers' Blip2ForConditionalGeneration computes it.
import { gather } from '../../tensor/ops/indexing.ts'
import { reshape } from '../../tensor/ops/movement.ts'
import type { Weights } from '../weights.ts'
import type { Assembly, Exprs, Layout, PictureSize, Signature, Stage } from './architecture.ts'
import { defineArchitecture } from './architecture.ts'
import { readBlip2Config } from './blip-2-config.ts'
import type { Blip2Config } from './blip-2-config.ts'
import { blip2NameRules, blip2RoleOf, blip2Roles } from './blip-2-weights.ts'
import { project } from './blocks/attention.ts'
import { norm } from './blocks/feed-forward.ts'
import { optHead, optInput, optLayer, optPositionOffset, optTokens } from './blocks/opt.ts'
import { qFormer } from './blocks/q-former.ts'
import { vitEmbeddings, vitLayer } from './blocks/vit.ts'

export const blip2 = defineArchitecture({
  id: 'blip-2',
  label: 'BLIP-2 (OPT)',
  paper: 'https://arxiv.org/abs/2301.12597',
  modelType: 'blip-2',
  roles: blip2Roles,
  parts: { vision: 'Vision transformer', bridge: 'Q-Former', language: 'Language model' },
  nameRules: blip2NameRules,
  roleOf: blip2RoleOf,
  // The template BLIP-2 was evaluated with on VQA; captions continue their prompt (spec §1.5).
  prompt: (form, prompt) => (form === 'question' ? `Question: ${prompt} Short answer:` : prompt),
  open(checkpoint, generation) {
    const config = readBlip2Config(checkpoint, generation)
    return { layout: layoutOf(config), assemble: (store, picture, isCut = nearTheEnd) => assemble(config, store.root, picture, isCut) }
  },
})

/** Edits happen in the last layers (MEND: the last three of the language model), so these are stages of their own. */
const nearTheEnd = (layer: number, layers: number): boolean => layer >= layers - 3

function layoutOf({ text_config: text, num_query_tokens: slots, image_token_index: imageToken, endTokens, vision_config: vision }: Blip2Config): Layout {
  return {
    vocabulary: text.vocab_size,
    textLayers: text.num_hidden_layers,
    heads: text.num_attention_heads,
    headSize: text.hidden_size / text.num_attention_heads,
    embeddingWidth: text.word_embed_proj_dim,
    featureWidth: text.hidden_size,
    slots,
    maxPositions: text.max_position_embeddings,
    positionOffset: optPositionOffset,
    endTokens,
    ...(imageToken === undefined ? {} : { imageToken }),
    imageSize: vision.image_size,
  }
}

function assemble(config: Blip2Config, w: Weights, picture: PictureSize, isCut: (layer: number, layers: number) => boolean): Assembly {
  return { vision: visionStages(config, w, picture, isCut), embed: embedStage(config, w), language: languageStages(config, w, isCut) }
}

/** [from, to) runs of layers between the cuts. */
function runsOf(layers: number, isCut: (layer: number, layers: number) => boolean): { from: number, to: number }[] {
  const starts = Array.from({ length: layers }, (_, i) => i).filter(i => i === 0 || isCut(i, layers))
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? layers }))
}

const layersOf = ({ from, to }: { from: number, to: number }): number[] => Array.from({ length: to - from }, (_, i) => from + i)

function visionStages(config: Blip2Config, w: Weights, picture: PictureSize, isCut: (layer: number, layers: number) => boolean): Stage[] {
  const { vision_config: vit, qformer_config: q, num_query_tokens: slots } = config
  const vision = w.at('vision_model')
  const patches = 1 + Math.floor(picture.height / vit.patch_size) * Math.floor(picture.width / vit.patch_size)
  const hidden: Signature = { dtype: 'float32', shape: [patches, vit.hidden_size] }
  const runs = runsOf(vit.num_hidden_layers, isCut)
  const vitStages = runs.map((run): Stage => {
    const isLast = run.to === vit.num_hidden_layers
    const before = run.from === 0 ? 'pixels' : `vision.${run.from}`
    return {
      id: `vit ${run.from}`,
      reads: { [before]: run.from === 0 ? { dtype: 'float32', shape: [3, picture.height, picture.width] } : hidden },
      build(values, mark) {
        const first = run.from === 0 ? vitEmbeddings(vit, vision.at('embeddings'), values[before]!, mark) : values[before]!
        const last = layersOf(run).reduce((h, i) => mark({ kind: 'layer', part: 'vision', layer: i }, vitLayer(vit, vision.at(`encoder.layers.${i}`), h)), first)
        return isLast ? { vision: norm(vision, 'post_layernorm', last, vit.layer_norm_eps) } : { [`vision.${run.to}`]: last }
      },
    }
  })
  return [
    ...vitStages,
    {
      id: 'q-former',
      reads: { vision: hidden },
      build({ vision: picture }, mark) {
        const queries = reshape(w.get('query_tokens', [1, slots, q.hidden_size]), [slots, q.hidden_size])
        return { query: qFormer(q, w.at('qformer'), queries, picture!, mark) }
      },
    },
    {
      id: 'projection',
      reads: { query: { dtype: 'float32', shape: [slots, q.hidden_size] } },
      build: ({ query }) => ({ features: project(w, 'language_projection', query!, config.text_config.hidden_size) }),
    },
  ]
}

const embedStage = ({ text_config: text }: Blip2Config, w: Weights): Stage => ({
  id: 'embed',
  reads: { ids: { dtype: 'int64', shape: ['tokens'] } },
  build: ({ ids }) => ({ embeddings: optTokens(text, w.at('language_model'), ids!) }),
})

function languageStages({ text_config: text, isTied }: Blip2Config, root: Weights, isCut: (layer: number, layers: number) => boolean): Stage[] {
  const w = root.at('language_model')
  const size = text.hidden_size / text.num_attention_heads
  const hidden: Signature = { dtype: 'float32', shape: ['tokens', text.hidden_size] }
  const past: Signature = { dtype: 'float32', shape: [text.num_attention_heads, 'past', size] }
  const layers = runsOf(text.num_hidden_layers, isCut).map((run): Stage => {
    const before = run.from === 0 ? 'sequence' : `hidden.${run.from}`
    return {
      id: `opt ${run.from}`,
      reads: {
        ...(run.from === 0
          ? { sequence: { dtype: 'float32', shape: ['tokens', text.word_embed_proj_dim] }, positions: { dtype: 'int64', shape: ['tokens'] } }
          : { [before]: hidden }),
        mask: { dtype: 'float32', shape: ['tokens', 'past+tokens'] },
        ...Object.fromEntries(layersOf(run).flatMap(i => [[`past_key.${i}`, past], [`past_value.${i}`, past]])),
      },
      build(values, mark) {
        const outputs: Record<string, Exprs[string]> = {}
        let h = run.from === 0 ? optInput(text, w, values.sequence!, values.positions!) : values[before]!
        for (const i of layersOf(run)) {
          const [key, value] = [values[`past_key.${i}`], values[`past_value.${i}`]]
          const layer = optLayer(text, w.at(`model.decoder.layers.${i}`), h, values.mask!, key && value ? { key, value } : undefined)
          h = mark({ kind: 'layer', part: 'language', layer: i }, layer.hidden)
          outputs[`key.${i}`] = layer.key
          outputs[`value.${i}`] = layer.value
        }
        return { ...outputs, [`hidden.${run.to}`]: h }
      },
    }
  })
  const last = `hidden.${text.num_hidden_layers}`
  return [...layers, {
    id: 'head',
    reads: { [last]: hidden, rows: { dtype: 'int64', shape: ['rows'] } },
    build: values => ({ logits: optHead(text, w, gather(values[last]!, values.rows!, 0), isTied) }),
  }]
}
