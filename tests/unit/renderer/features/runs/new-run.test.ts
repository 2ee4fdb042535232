// What the form of a new run offers and sends.
import { describe, expect, it } from 'vitest'
import type { EditorInfo } from '@contract/editors.ts'
import type { MethodInfo } from '@contract/methods.ts'
import { RunPlan } from '../../../../../src/preload/contract/runs.ts'
import { emptyDraft, fittingEditors, planOf, protocolChoices, scopeChoices, startDataset } from '../../../../../src/renderer/src/features/runs/new-run.ts'

const method: MethodInfo = { id: 'mend', label: 'MEND', paper: '', summary: '', configSchema: {}, trainingSchema: {}, batch: 'One gradient at a time.', chain: true }
const editor = (id: string, createdAt: string, over: Partial<EditorInfo> = {}): EditorInfo => ({ id, method: 'mend', scope: 'text', fingerprint: 'f', datasets: ['train'], steps: 10, validation: { total: 1 }, command: '', createdAt, sizeBytes: 1, ...over })
const draft = { ...emptyDraft(), model: 'sample', dataset: 'e-vqa-eval', method: 'mend', config: { a: 1 }, editor: 'one', memory: 'e-vqa-train', group: 7 }

describe('choices', () => {
  it('turns off what the method cannot follow, with its own reason', () => {
    expect(protocolChoices(method).map(({ value, disabled }) => [value, disabled])).toEqual([['single', false], ['batch', true], ['sequential', false]])
    expect(protocolChoices(method)[1]?.title).toBe('One gradient at a time.')
    expect(protocolChoices(undefined).some(choice => choice.disabled)).toBe(false)
  })

  it('turns off scopes that the method is not made for', () => {
    expect(scopeChoices({ label: 'co-edit', scopes: ['both'] }).map(choice => choice.disabled)).toEqual([true, true, false])
    expect(scopeChoices(method).some(choice => choice.disabled)).toBe(false)
  })

  it('offers editors of the method, scope and checkpoint only, newest first', () => {
    const all = [editor('old', '2026-01-01'), editor('new', '2026-01-02'), editor('vision', '2026-01-03', { scope: 'vision' }), editor('ke', '2026-01-03', { method: 'ke' }), editor('other', '2026-01-03', { fingerprint: 'g' })]
    expect(fittingEditors(all, 'mend', 'text', 'f').map(({ id }) => id)).toEqual(['new', 'old'])
  })

  it('starts a training from records to learn from', () => {
    const all = [{ id: 'e-vqa-eval' as never, task: 'e-vqa' as const }, { id: 'e-ic-train' as never, task: 'e-ic' as const }, { id: 'e-vqa-train' as never, task: 'e-vqa' as const }]
    expect([startDataset('train', all), startDataset('score', all)]).toEqual(['e-vqa-train', 'e-vqa-eval'])
  })
})

describe('the plan', () => {
  it('of edits to score has protocol, memory and editor, and no training', () => {
    const plan = planOf({ ...draft, protocol: 'sequential', training: { iterations: 5 }, limit: 3, name: ' n ' }, method)
    expect(plan).toEqual({ kind: 'score', model: 'sample', dataset: 'e-vqa-eval', method: { id: 'mend', config: { a: 1 } }, scope: 'text', seed: 0, provider: 'auto', protocol: 'sequential', group: 7, memory: 'e-vqa-train', editor: 'one', limit: 3, name: 'n' })
    expect(RunPlan.parse(plan)).toMatchObject({ training: {}, alsoFrom: [] })
  })

  it('of a single run has no group, and no editor where the method needs none', () => {
    const { trainingSchema: _, ...untrained } = method
    expect(planOf(draft, untrained)).toMatchObject({ protocol: 'single', group: 1 })
    expect(planOf(draft, untrained)).not.toHaveProperty('editor')
  })

  it('of a training has its settings and datasets, each once, and nothing of scoring', () => {
    const plan = planOf({ ...draft, kind: 'train', training: { iterations: 5 }, alsoFrom: ['e-vqa-eval', 'e-ic-train'] }, method)
    expect(plan).toMatchObject({ kind: 'train', training: { iterations: 5 }, alsoFrom: ['e-ic-train'] })
    for (const key of ['protocol', 'group', 'memory', 'editor'])
      expect(plan).not.toHaveProperty(key)
  })

  it('is none while something necessary is missing', () => {
    expect(planOf({ ...draft, dataset: undefined }, method)).toBeUndefined()
    expect(planOf(draft, undefined)).toBeUndefined()
  })
})
