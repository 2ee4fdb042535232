import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readJsonFile, writeFileAtomically, writeJsonFile } from '../../../src/main/workspace/json-file.ts'
import { put, temporaryFolder } from './study.ts'

const schema = z.object({ plan: z.object({ seed: z.int() }) })

describe('JSON files', () => {
  it('reads what it wrote and leaves nothing beside it', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.json')
    await writeJsonFile(path, { plan: { seed: 1 } })
    await writeJsonFile(path, { plan: { seed: 2 } })
    expect(await readJsonFile(path, schema)).toEqual({ plan: { seed: 2 } })
    expect(readdirSync(folder)).toEqual(['run.json'])
  })

  it('keeps the old file when writing fails, and no temporary', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.json')
    await writeJsonFile(path, { plan: { seed: 1 } })
    await expect(writeFileAtomically(join(path, 'below-a-file'), 'x')).rejects.toThrow()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    await expect(writeJsonFile(path, circle)).rejects.toThrow()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ plan: { seed: 1 } })
    expect(readdirSync(folder)).toEqual(['run.json'])
  })

  it('lets many writers finish, the last one winning whole', async () => {
    const path = join(temporaryFolder(), 'run.json')
    await Promise.all(Array.from({ length: 20 }, async (_, seed) => writeJsonFile(path, { plan: { seed }, pad: 'x'.repeat(5000) })))
    expect((await readJsonFile(path, schema)).plan.seed).toBeLessThan(20)
  })

  it('says which file and which field', async () => {
    const folder = temporaryFolder()
    const path = put(join(folder, 'run.json'), '{"plan":{"seed":"x"}}')
    await expect(readJsonFile(path, schema)).rejects.toThrow(`File '${path}': field 'plan.seed' is not usable (expected number, received string). Correct 'run.json' or remove it.`)
    await expect(readJsonFile(put(path, '{"plan"'), schema)).rejects.toThrow(`File '${path}' is not JSON`)
    await expect(readJsonFile(join(folder, 'none.json'), schema)).rejects.toThrow('none.json\' is missing')
    expect(existsSync(join(folder, 'none.json'))).toBe(false)
  })
})
