// What a cleaned dataset is asked with, from the form.
import { describe, expect, it } from 'vitest'
import { CleanRequest } from '@contract/audits.ts'
import type { DatasetId } from '@contract/identifiers.ts'
import { below, cleanCommand, cleanPolicies, cleanRequest, startForm } from '../../../../../src/renderer/src/features/audit/clean-request.ts'

const dataset = 'e-vqa-eval' as DatasetId

describe('a cleaned dataset', () => {
  it('is asked for with what differs from the start', () => {
    expect(cleanRequest(dataset, startForm)).toEqual({ dataset, counts: 'with-fixes', whole: false })
    expect(cleanRequest(dataset, { counts: 'double-kept', whole: true, name: '  for us ' })).toEqual({ dataset, counts: 'double-kept', whole: true, name: 'for us' })
    expect(cleanCommand(cleanRequest(dataset, startForm))).toBe('npx mmedit audits export --dataset e-vqa-eval --counts with-fixes')
    expect(cleanCommand(cleanRequest(dataset, { ...startForm, whole: true, name: 'it\'s' }))).toBe('npx mmedit audits export --dataset e-vqa-eval --counts with-fixes --whole --name \'it\'\\\'\'s\'')
  })

  it('can be asked for with every policy that there is', () => {
    expect(new Set(cleanPolicies.map(({ value }) => value))).toEqual(new Set(CleanRequest.shape.counts.unwrap().options))
  })

  it('has its files named below its folder', () => {
    expect(below('/a/b/c.json', '/a/b')).toBe('c.json')
    expect(below('C:\\a\\b\\pictures\\x', 'C:\\a\\b')).toBe('pictures\\x')
    expect(below('/else/c.json', '/a/b')).toBe('/else/c.json')
  })
})
