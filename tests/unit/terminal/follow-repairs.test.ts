// What the terminal says of re-runs: it waits for them, shows the completed runs with their fixes, and names what cannot be completed.
import { createRouterClient } from '@orpc/server'
import { expect, it, onTestFinished } from 'vitest'
import { router } from '../../../src/main/router/index.ts'
import { followRepairs } from '../../../src/main/terminal/follow-grid.ts'
import type { Client } from '../../../src/main/terminal/follow-run.ts'
import { followRun } from '../../../src/main/terminal/follow-run.ts'
import { makeStudy, openFakeBackend } from '../../contract/support/study.ts'

it('waits for every re-run and shows the runs that are complete', async () => {
  const study = await makeStudy(['one', 'two'])
  const backend = await openFakeBackend(study.folder)
  onTestFinished(async () => {
    await backend.close()
    await study.remove()
  })
  const client: Client = createRouterClient(router, { context: backend.context })
  const plan = { model: 'fake', dataset: 'edits', method: { id: 'fine-tune' }, provider: 'cpu' } as const
  const { id } = await client.runs.start({ ...plan, name: 'mine' })
  const { id: chain } = await client.runs.start({ ...plan, name: 'chain', protocol: 'sequential' })
  await followRun(client, chain)
  const said: string[] = []
  const say = (sentence: string): void => void said.push(sentence)

  expect(await followRepairs(client, await client.audits.rerun({ dataset: 'edits' }), say)).toEqual({ runs: [], refused: [] })
  expect(said.splice(0)).toEqual(['No finished run waits for fixed probes.'])

  await client.audits.decide({ dataset: 'edits', annotator: 'Ann', decisions: [{ id: 'decision-1', record: '00001', kind: 'textRephrase', decision: 'fix', fix: { prompt: 'fixed' } }] })
  const report = await followRepairs(client, await client.audits.rerun({ dataset: 'edits' }), say)
  expect(report.runs).toMatchObject([{ status: 'finished', records: 1 }])
  expect(report.refused.map(({ run }) => run)).toEqual([chain])
  expect(report.table?.rows.map(({ run }) => run)).toEqual([id])
  expect(report.table?.counted?.counts).toBe('with-fixes')
  expect(said[0]).toContain('Run \'chain\' is sequential')
  expect(said.at(-1)).toBe('1 of 1: Fixes of mine: finished')
})
