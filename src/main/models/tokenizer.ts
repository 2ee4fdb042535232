/**
 * Text to token ids as transformers does it, from tokenizer.json. The answer's span comes from the joint
 * tokenisation of prompt and answer (spec §1.5): tokenising the answer alone may cut it differently.
 */

import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import type { Checkpoint } from './checkpoint.ts'
import { readOptionalJson } from './checkpoint.ts'
import { CheckpointError } from './checkpoint-error.ts'

export interface Tokenizer {
  /** Ids with the special tokens that the model's own format adds (BOS). */
  readonly encode: (text: string) => number[]
  /** Joint ids of `prompt + ' ' + answer`, and where the answer begins: the first token that ends behind the prompt. */
  readonly encodeAnswered: (prompt: string, answer: string) => { readonly ids: number[], readonly start: number }
  /** Text of ids, special tokens left out. */
  readonly decode: (ids: readonly number[]) => string
  /** Text of one token as it appears in a sentence (leading blank kept); ids without a token give ''. */
  readonly decodeToken: (id: number) => string
  /** Ids run below this number. */
  readonly size: number
}

const TokenizerJson = z.looseObject({
  model: z.looseObject({ type: z.string().optional() }),
  decoder: z.looseObject({ type: z.string() }).nullish(),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).default([]),
})

/** Reads tokenizer.json (and tokenizer_config.json where there is one). Throws CheckpointError. */
export async function openTokenizer(checkpoint: Pick<Checkpoint, 'folder' | 'name'>): Promise<Tokenizer> {
  const json = await readOptionalJson(checkpoint, 'tokenizer.json')
  if (json === undefined)
    throw new CheckpointError(`Checkpoint '${checkpoint.name}' has no tokenizer.json. Save the tokenizer with transformers (AutoTokenizer … save_pretrained) into the folder.`)
  const parsed = TokenizerJson.safeParse(json)
  if (!parsed.success)
    throw new CheckpointError(`tokenizer.json of checkpoint '${checkpoint.name}' has no valid model and decoder. Download it again.`)
  if (parsed.data.decoder?.type !== 'ByteLevel')
    throw new CheckpointError(`The tokenizer of checkpoint '${checkpoint.name}' decodes with '${parsed.data.decoder?.type ?? 'nothing'}'; only byte-level BPE (as OPT has it) is known. Choose an OPT-based model.`)
  const config = (await readOptionalJson(checkpoint, 'tokenizer_config.json') ?? {}) as object
  return createTokenizer(parsed.data, config)
}

/**
 * Only the ids of a text, special tokens included, for encoders that never speak: any kind of tokenizer.json.
 * Throws CheckpointError.
 */
export async function openTextIds(checkpoint: Pick<Checkpoint, 'folder' | 'name'>): Promise<{ readonly encode: (text: string) => number[], readonly size: number }> {
  const json = await readOptionalJson(checkpoint, 'tokenizer.json')
  if (json === undefined)
    throw new CheckpointError(`Text encoder '${checkpoint.name}' has no tokenizer.json. Download the whole folder.`)
  const parsed = TokenizerJson.safeParse(json)
  const config = (await readOptionalJson(checkpoint, 'tokenizer_config.json') ?? {}) as object
  try {
    const inner = new HuggingFaceTokenizer(TokenizerJson.parse(parsed.data), config)
    const encode = (text: string): number[] => inner.encode(text).ids
    encode('a')
    return { encode, size: sizeOf(inner, parsed.data!.added_tokens.map(({ id }) => id)) }
  }
  catch (error) {
    throw new CheckpointError(`tokenizer.json of text encoder '${checkpoint.name}' cannot be used: ${messageOf(error)}. Download it again.`)
  }
}

/** Ids run below this number. */
const sizeOf = (inner: HuggingFaceTokenizer, added: readonly number[]): number =>
  1 + [...inner.get_vocab().values(), ...added].reduce((a, b) => Math.max(a, b), -1)

function createTokenizer(json: z.infer<typeof TokenizerJson>, config: object): Tokenizer {
  const inner = new HuggingFaceTokenizer(json, config)
  const added = new Map(json.added_tokens.map(token => [token.content, token.id]))
  const encode = (text: string): { ids: number[], tokens: string[] } => {
    const { ids, tokens } = inner.encode(text)
    return { ids, tokens }
  }
  // A byte-level token spells each byte as one character; an added token is its own text.
  const byteLength = (token: string): number => (added.has(token) ? Buffer.byteLength(token) : [...token].length)
  const known = (ids: readonly number[]): number[] => ids.filter(id => inner.id_to_token(id) !== undefined)
  return {
    encode: text => encode(text).ids,
    encodeAnswered(prompt, answer) {
      const { ids, tokens } = encode(`${prompt} ${answer}`)
      const specials = inner.encode('').ids.length
      const promptBytes = Buffer.byteLength(prompt)
      let end = 0
      const start = tokens.findIndex((token, i) => {
        if (i < specials)
          return false
        end += byteLength(token)
        return end > promptBytes
      })
      return { ids, start: start < 0 ? ids.length : start }
    },
    decode(ids) {
      const spoken = known(ids)
      return spoken.length === 0 ? '' : inner.decode(spoken, { skip_special_tokens: true, clean_up_tokenization_spaces: false })
    },
    decodeToken: id => (inner.id_to_token(id) === undefined ? '' : inner.decode([id], { skip_special_tokens: false, clean_up_tokenization_spaces: false })),
    size: sizeOf(inner, [...added.values()]),
  }
}
