// Everything that can be wrong with a checkpoint folder has a sentence of its own, and nothing stays open.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../src/main/models/checkpoint.ts'
import { CheckpointError } from '../../../src/main/models/checkpoint-error.ts'
import { openModel } from '../../../src/main/models/open-model.ts'
import { parseHeader } from '../../../src/main/models/safetensors.ts'
import { folderOf } from './fixtures.ts'

const provider = { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] }
let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'mmedit-checkpoint-')), 'blip2')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

function copy(variant: string): void {
  mkdirSync(folder)
  for (const file of readdirSync(folderOf(variant)).filter(f => f !== 'golden.json'))
    copyFileSync(join(folderOf(variant), file), join(folder, file))
}

/** Rewrites the header of a safetensors file; the bytes stay. */
function editHeader(file: string, change: (header: Record<string, { dtype: string, shape: number[], data_offsets: [number, number] }>) => void): void {
  const bytes = readFileSync(join(folder, file))
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Parameters<typeof change>[0]
  change(header)
  const text = Buffer.from(JSON.stringify(header))
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(BigInt(text.length))
  writeFileSync(join(folder, file), Buffer.concat([start, text, bytes.subarray(8 + length)]))
}

function editJson(file: string, change: (json: Record<string, unknown>) => void): void {
  const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>
  change(json)
  writeFileSync(join(folder, file), JSON.stringify(json))
}

const projection = 'language_projection.weight'

const cases: readonly (readonly [what: string, spoil: () => void, sentence: RegExp])[] = [
  ['no folder', () => undefined, /There is no folder '.*blip2'\. Check the path/],
  ['a file instead of a folder', () => writeFileSync(folder, ''), /'blip2' is a file; a model is a folder/],
  ['no config', () => mkdirSync(folder), /Checkpoint 'blip2' has no config\.json\. Choose the folder/],
  ['a config that is no JSON', () => [copy('current'), writeFileSync(join(folder, 'config.json'), '{')], /config\.json of checkpoint 'blip2' is not valid JSON/],
  ['a config without a type', () => [copy('current'), writeFileSync(join(folder, 'config.json'), '{}')], /has no 'model_type'/],
  ['an unknown architecture', () => [copy('current'), editJson('config.json', c => c.model_type = 'gpt-vision')], /is of type 'gpt-vision', which is not known\. Known: blip-2\./],
  ['another language model', () => [copy('current'), editJson('config.json', c => c.text_config = { model_type: 't5' })], /language model of type 't5'; BLIP-2 is known with 'opt'/],
  ['a config with a bad number', () => [copy('current'), editJson('config.json', c => c.num_query_tokens = -1)], /config\.json of checkpoint 'blip2' has a bad 'num_query_tokens'/],
  ['no weights', () => [copy('current'), rmSync(join(folder, 'model.safetensors'))], /has no \*\.safetensors file\. Is the download complete\?/],
  ['pickled weights', () => [copy('current'), rmSync(join(folder, 'model.safetensors')), writeFileSync(join(folder, 'pytorch_model.bin'), '')], /'pytorch_model\.bin', a pickle file, which can run code and is not opened\. Get the model as safetensors/],
  ['a missing shard', () => [copy('sharded'), rmSync(join(folder, 'model-00002-of-00002.safetensors'))], /lacks the file 'model-00002-of-00002\.safetensors', which its index names/],
  ['an index that leaves the folder', () => [copy('sharded'), editJson('model.safetensors.index.json', c => c.weight_map = { x: '../other.safetensors' })], /names '\.\.\/other\.safetensors', which is no safetensors file of this folder/],
  ['an index that promises too much', () => [copy('sharded'), editJson('model.safetensors.index.json', c => (c.weight_map as Record<string, string>).extra = 'model-00001-of-00002.safetensors')], /has no tensor 'extra' in 'model-00001/],
  ['a missing tensor', () => [copy('current'), editHeader('model.safetensors', h => delete h[projection])], /Checkpoint 'blip2' has no tensor 'language_projection\.weight', which architecture blip-2 needs\. Is the download complete\?/],
  ['a wrong shape', () => [copy('current'), editHeader('model.safetensors', h => h[projection]!.shape.reverse())], /Tensor 'language_projection\.weight' of checkpoint 'blip2' has shape \[24, 32\], but its config\.json asks for \[32, 24\]/],
  ['a shape that does not fit its bytes', () => [copy('current'), editHeader('model.safetensors', h => h[projection]!.shape = [3])], /is F32 \[3\], which takes 12 bytes, but its offsets/],
  ['a type nobody computes with', () => [copy('current'), editHeader('model.safetensors', h => h[projection]!.dtype = 'I32')], /is I32; the engine computes from F32, F16 and BF16/],
  ['an unknown type', () => [copy('current'), editHeader('model.safetensors', h => h[projection]!.dtype = 'Q4')], /has the unknown type 'Q4'/],
  ['a truncated file', () => [copy('current'), truncateSync(join(folder, 'model.safetensors'), 100_000)], /'model\.safetensors' is truncated: tensor '.*' ends at byte \d+, but the file has 100000\. Download it again\./],
  ['a truncated header', () => [copy('current'), truncateSync(join(folder, 'model.safetensors'), 100)], /is truncated: its header should have \d+ bytes, but the file ends after 100/],
  ['an empty file', () => [copy('current'), truncateSync(join(folder, 'model.safetensors'), 0)], /has 0 bytes and is no safetensors file/],
  ['something else by that name', () => [copy('current'), writeFileSync(join(folder, 'model.safetensors'), 'PK'.repeat(50))], /claims a header of \d+ bytes; safetensors allows/],
  ['no tokenizer', () => [copy('current'), rmSync(join(folder, 'tokenizer.json'))], /has no tokenizer\.json\. Save the tokenizer with transformers/],
  ['another kind of tokenizer', () => [copy('current'), editJson('tokenizer.json', c => c.decoder = { type: 'Metaspace' })], /decodes with 'Metaspace'; only byte-level BPE/],
  ['a tokenizer of another model', () => [copy('current'), editJson('tokenizer.json', c => (c.added_tokens as object[]).push({ id: 5000, content: '<new>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }))], /has 5001 tokens, but its embedding table has 361 rows/],
  ['another resampling', () => [copy('current'), editJson('preprocessor_config.json', c => c.resample = 1)], /asks for resampling 1; only 3 \(bicubic\) is known/],
]

describe('a checkpoint that cannot be used says why', () => {
  it.each(cases)('%s', async (_, spoil, sentence) => {
    spoil()
    const error = await openModel(folder, { provider }).then(() => undefined, (e: unknown) => e)
    expect(error).toBeInstanceOf(CheckpointError)
    expect((error as Error).message).toMatch(sentence)
    expect((error as Error).message).not.toContain('\n')
  })
})

describe('headers', () => {
  const header = (entries: Record<string, [number, number]>) => JSON.stringify(Object.fromEntries(
    Object.entries(entries).map(([name, data_offsets]) => [name, { dtype: 'F32', shape: [(data_offsets[1] - data_offsets[0]) / 4], data_offsets }])))
  it('refuse overlapping tensors', () => {
    expect(() => parseHeader('a.safetensors', header({ x: [0, 8], y: [4, 12] }), 100, 1000)).toThrow(/Tensors 'x' and 'y' in 'a\.safetensors' overlap/)
    expect(parseHeader('a.safetensors', header({ x: [0, 8], y: [8, 12] }), 100, 1000)).toMatchObject([{ offset: 100, length: 8 }, { offset: 108, length: 4 }])
  })
  it('refuse sizes that overflow', () => {
    const bad = JSON.stringify({ x: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } })
    expect(() => parseHeader('a.safetensors', bad, 100, 1000)).toThrow(/takes .* bytes/)
  })
})

describe('the fingerprint', () => {
  it('stays for a copy and changes with a weight or the config', async () => {
    copy('current')
    const first = await openCheckpoint(folder)
    expect(first).toMatchObject({ name: 'blip2', modelType: 'blip-2', dtype: 'F32', fingerprint: (await openCheckpoint(folderOf('current'))).fingerprint })
    expect(first.parameterCount * 4).toBe(first.sizeBytes)
    const bytes = readFileSync(join(folder, 'model.safetensors'))
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(join(folder, 'model.safetensors'), bytes)
    const second = await openCheckpoint(folder)
    expect(second.fingerprint).not.toBe(first.fingerprint)
    editJson('config.json', c => c.note = 1)
    expect((await openCheckpoint(folder)).fingerprint).not.toBe(second.fingerprint)
  })
})
