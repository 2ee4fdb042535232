// The same behaviour over every transport: values, errors as our sentences, streams, cancelling.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EditId, DatasetId, ModelId, RunId } from '../../src/preload/contract/identifiers.ts'
import type { LabEvent } from '../../src/preload/contract/lab.ts'
import type { Backend } from '../../src/main/backend.ts'
import { makeStudy, openFakeBackend } from './support/study.ts'
import { transports } from './support/transports.ts'
import type { Client } from './support/transports.ts'

const dataset = 'edits' as DatasetId
const model = 'fake' as ModelId
const plan = { model, dataset, method: { id: 'fine-tune', config: {} }, scope: 'text' as const }

/** Several engines are started one after another: long on a busy machine. */
const patientMs = 240_000

describe.each(transports)('$name', ({ connect }) => {
  let study: Awaited<ReturnType<typeof makeStudy>>
  let backend: Backend
  let client: Client
  let disconnect: () => Promise<void>

  beforeAll(async () => {
    study = await makeStudy()
    backend = await openFakeBackend(study.folder)
    const connected = await connect(backend)
    client = connected.client
    disconnect = connected.close
  })
  afterAll(async () => {
    await disconnect()
    await backend.close()
    await study.remove()
  })

  it('gives values', async () => {
    const workspace = await client.workspace.get()
    expect(workspace).toMatchObject({ path: study.folder, capabilities: { pickFolder: false } })
    const page = await client.datasets.listRecords({ id: dataset, limit: 2 })
    expect(page.total).toBe(3)
    expect(page.records.map(record => record.edit.prompt)).toEqual(['what is this?', 'fail here'])
    expect(page.records[0]?.edit.image?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect((await client.methods.list()).map(method => method.id)).toContain('fine-tune')
    expect((await client.metrics.list()).map(metric => metric.id)).toContain('image-locality')
    expect(await client.workspace.pickFolder()).toEqual({ path: null })
  })

  it('answers through the engine', async () => {
    expect(await client.lab.answer({ model, prompt: 'hello' })).toMatchObject({ text: 'HELLO' })
    expect(await client.workspace.engine()).toMatchObject({ state: 'ready', model: 'fake', memoryBytes: expect.any(Number) as number })
  })

  it('refuses an input that the contract does not allow, naming field and reason', async () => {
    await expect(client.datasets.listRecords({ id: dataset, limit: 100_000 })).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(/limit: .*500/) as string })
  })

  it('passes the sentences of use cases', async () => {
    await expect(client.datasets.get({ id: 'nope' as DatasetId })).rejects.toMatchObject({ code: 'FAILED', message: 'The study has no dataset \'nope\'. Known: edits.' })
    await expect(client.runs.get({ id: 'nope' as RunId })).rejects.toMatchObject({ message: expect.stringContaining('There is no run \'nope\'') as string })
    await expect(client.runs.start({ ...plan, method: { id: 'magic' } })).rejects.toMatchObject({ message: expect.stringContaining('Unknown method \'magic\'. Known: fine-tune') as string })
  })

  it('passes the sentences of the engine', async () => {
    await expect(client.lab.answer({ model, prompt: 'fail' })).rejects.toMatchObject({ code: 'FAILED', message: 'Question \'fail\' cannot be answered. Ask another one.' })
  })

  it('streams events in order', async () => {
    const events: LabEvent[] = []
    for await (const event of await client.lab.edit({ ...plan, record: '00000' }))
      events.push(event)
    expect(events.map(event => event.kind)).toEqual(['opened', 'before', 'step', 'step', 'step', 'after', 'scored', 'done'])
    const done = events.at(-1)
    expect(await client.lab.undo({ edit: (done?.kind === 'done' ? done.edit : '') as EditId })).toEqual({ undone: true })
  })

  it('ends a stream with the sentence of what failed', async () => {
    const seen: string[] = []
    await expect(async () => {
      for await (const event of await client.lab.edit({ ...plan, record: '00001' }))
        seen.push(event.kind)
    }).rejects.toMatchObject({ code: 'FAILED', message: 'Question \'fail here\' cannot be answered. Ask another one.' })
    expect(seen).toEqual(['opened', 'before'])
  })

  it('cancels work when its reader stops', async () => {
    const controller = new AbortController()
    const events = await client.lab.edit({ ...plan, record: '00002' }, { signal: controller.signal })
    await events.next()
    const ended = events.next().then(() => events.next())
    setTimeout(() => controller.abort(), 50)
    await ended.catch(() => undefined)
    // The engine is free again at once, long before the minute that this record waits.
    expect(await client.lab.answer({ model, prompt: 'free' })).toMatchObject({ text: 'FREE' })
  })

  it('announces changes and the engine to whoever watches', async () => {
    const controller = new AbortController()
    const events = await client.workspace.watch(undefined, { signal: controller.signal })
    expect((await events.next()).value).toMatchObject({ kind: 'engine' })
    await client.lab.answer({ model, prompt: 'news' })
    expect((await events.next()).value).toMatchObject({ kind: 'engine', engine: { state: 'working' } })
    expect((await events.next()).value).toMatchObject({ kind: 'engine', engine: { state: 'ready' } })
    controller.abort()
  })

  it('runs, follows, lists and removes a run', async () => {
    const run = await client.runs.start({ ...plan, limit: 1 })
    expect(run).toMatchObject({ recordCount: 1, plan: { method: { config: { steps: expect.any(Number) as number } } } })
    const controller = new AbortController()
    const results: string[] = []
    let last = ''
    for await (const event of await client.runs.watch({ id: run.id }, { signal: controller.signal })) {
      if (event.kind === 'result')
        results.push(event.record)
      else if (event.kind === 'run')
        last = event.run.status
      if (last === 'finished')
        break
    }
    controller.abort()
    expect(last).toBe('finished')
    expect((await client.runs.listResults({ id: run.id })).results.map(result => result.record)).toEqual(['00000'])
    expect(await client.runs.get({ id: run.id })).toMatchObject({
      metrics: { reliability: { strict: { mean: 0, n: 1 } } }, verdicts: { failed: 1 }, cost: { seconds: 0.5, forwardPasses: 3 }, secondsPerEdit: { mean: 0.5, n: 1 },
    })
    expect((await client.tables.get({})).rows.map(row => row.id)).toEqual([run.id])
    expect(await client.runs.remove({ id: run.id })).toEqual({ removed: true })
    expect(await client.runs.list()).toEqual([])
  })

  it('sets two runs side by side: differences, who is right where, and in what they differ', async () => {
    const ids: RunId[] = []
    for (const seed of [0, 1]) {
      const { id } = await client.runs.start({ ...plan, limit: 1, seed })
      ids.push(id)
      for await (const event of await client.runs.watch({ id })) {
        if (event.kind === 'run' && event.run.status === 'finished')
          break
      }
    }
    const [baseline, other] = ids as [RunId, RunId]
    expect((await client.runs.get({ id: other })).run.versions).toMatchObject({ data: expect.stringMatching(/^[0-9a-f]{16}$/) as string, definitions: '1' })
    const table = await client.tables.get({ runs: ids, baseline })
    expect(table.comparability).toMatchObject({ mismatches: [{ kind: 'seed' }], common: [{ dataset, count: 1, most: 1 }] })
    expect(table.rows.map(({ run, isBaseline, cells }) => [run, isBaseline, cells['reliability']?.delta?.p])).toEqual([[baseline, true, undefined], [other, undefined, 1]])
    expect(await client.runs.align({ runs: ids })).toMatchObject({ n: 1, dataset, patterns: [{ pattern: 'ww', count: 1 }], rows: [{ record: '00000', scores: [0, 0], answers: ['', ''] }] })
    expect((await client.runs.listResults({ id: other, against: { run: baseline, outcome: 'neither' }, among: ids })).results.map(({ record }) => record)).toEqual(['00000'])
    expect((await client.runs.listResults({ id: other, against: { run: baseline, outcome: 'onlyThis' } })).total).toBe(0)
    await expect(client.runs.align({ runs: ids, metric: 'portability' })).rejects.toThrow('did not measure \'portability\' as \'strict\'')
    for (const id of ids)
      await client.runs.remove({ id })
  })

  it('follows a training, lists its losses, and keeps its editor', async () => {
    const training = { iterations: 40, validateEvery: 10, validationRecords: 1 }
    const run = await client.runs.start({ ...plan, kind: 'train', method: { id: 'serac' }, training })
    expect(run).toMatchObject({ recordCount: 40, plan: { kind: 'train', training: { ...training, checkpointEvery: expect.any(Number) as number } } })
    const steps: number[] = []
    for await (const event of await client.runs.watch({ id: run.id })) {
      if (event.kind === 'step')
        steps.push(event.step.step)
      if (event.kind === 'run' && !['waiting', 'running'].includes(event.run.status))
        break
    }
    const lines = (await client.runs.listSteps({ id: run.id })).steps
    expect(lines.map(line => line.step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    expect(steps).toEqual(lines.map(line => line.step))
    expect(lines.find(line => line.step === 30)?.validation?.total).toBeCloseTo(0.01)
    expect(await client.runs.get({ id: run.id })).toMatchObject({ run: { status: 'finished', doneCount: 40 }, editor: 'serac-text-fake', cost: { seconds: expect.any(Number) as number } })
    expect(await client.editors.list()).toMatchObject([{
      id: 'serac-text-fake', method: 'serac', scope: 'text', fingerprint: 'f', datasets: ['edits'], steps: 30,
      command: 'npx mmedit runs start --kind train --method serac --scope text --model fake --dataset edits --training.iterations 40 --training.validate-every 10 --training.validation-records 1',
    }])
    // Now there is something for an edit to start from.
    const scored = await client.runs.start({ ...plan, method: { id: 'serac' }, limit: 1 })
    expect(scored.plan.editor).toBe('serac-text-fake')
    for await (const event of await client.runs.watch({ id: scored.id })) {
      if (event.kind === 'run' && event.run.status === 'finished')
        break
    }
    await client.runs.remove({ id: scored.id })
    await client.runs.remove({ id: run.id })
    expect(await client.editors.remove({ id: 'serac-text-fake' })).toEqual({ removed: true })
    await expect(client.runs.start({ ...plan, method: { id: 'serac' } })).rejects.toMatchObject({ message: 'Method \'serac\' has no trained editor for scope \'text\' of model \'fake\'. Train one: npx mmedit runs start --kind train --method serac --scope text --model fake --dataset edits' })
  }, patientMs)

  it('keeps the retention matrix of a sequence', async () => {
    const run = await client.runs.start({ ...plan, limit: 1, protocol: 'sequential' })
    for await (const event of await client.runs.watch({ id: run.id })) {
      if (event.kind === 'run' && event.run.status === 'finished')
        break
    }
    expect((await client.runs.listRetention({ id: run.id })).cells).toMatchObject([{ time: 1, edit: 0, record: '00000', scores: { reliability: { strict: 0 } } }])
    await client.runs.remove({ id: run.id })
  }, patientMs)

  it('starts a grid: what is meaningful, and the rest with its reason', async () => {
    const { runs, refused } = await client.runs.grid({ model, datasets: [dataset], methods: ['fine-tune', 'serac'], limit: 1 })
    expect(runs.map(({ plan: { method, scope } }) => `${method.id} ${scope}`)).toEqual(['fine-tune text'])
    expect(refused.map(({ method, scope }) => `${method} ${scope}`)).toEqual(['fine-tune vision', 'fine-tune both', 'serac text', 'serac vision', 'serac both'])
    expect(refused.every(({ reason }) => /^[A-Z].*\S$/.test(reason))).toBe(true)
    await expect(client.runs.grid({ model, datasets: ['nope' as DatasetId] })).rejects.toMatchObject({ message: 'The study has no dataset \'nope\'. Known: edits.' })
    for (const { id } of runs) {
      for await (const event of await client.runs.watch({ id })) {
        if (event.kind === 'run' && event.run.status === 'finished')
          break
      }
      await client.runs.remove({ id })
    }
    expect(await client.runs.list()).toEqual([])
  }, patientMs)

  it('sorts, lists ids, keeps slices and views, and asks with SQL', async () => {
    const page = await client.datasets.listRecords({ sort: { by: 'prompt', descending: true } })
    expect(page.records.map(record => record.edit.prompt)).toEqual(['what is this?', 'wait here', 'fail here'])
    expect(page.datasets).toEqual([dataset, dataset, dataset])
    expect((await client.datasets.listRecords({ id: dataset, limit: 1, counts: false }))).toMatchObject({ total: 3, facets: [], records: [{ id: '00000' }] })
    expect((await client.datasets.listColumns({})).map(({ id }) => id)).toContain('promptLength')
    expect(await client.datasets.listIds({ id: dataset, search: 'here' })).toEqual({ records: [{ dataset, record: '00001' }, { dataset, record: '00002' }] })
    await expect(client.datasets.listRecords({ sort: { by: 'mood' } })).rejects.toMatchObject({ code: 'FAILED', message: expect.stringContaining('cannot be sorted by \'mood\'') as string })

    const slice = await client.slices.save({ name: 'Here', filter: { search: 'here' }, sql: 'SELECT record FROM records WHERE position > 1' })
    expect(slice).toMatchObject({ id: 'here', filter: { search: 'here', facets: {} } })
    expect(await client.slices.list()).toEqual([slice])
    expect(await client.slices.count({ id: slice.id })).toEqual({ count: 1 })
    expect((await client.datasets.listRecords({ slice: slice.id })).records.map(({ id }) => id)).toEqual(['00002'])
    expect(await client.slices.save({ id: slice.id, name: 'There', filter: { search: 'here' } })).toEqual({ id: 'here', name: 'There', filter: { search: 'here', facets: {} }, createdAt: slice.createdAt })
    expect(await client.slices.count({ id: slice.id, dataset })).toEqual({ count: 2 })
    await expect(client.slices.save({ name: 'Bad', sql: 'DROP TABLE records' })).rejects.toMatchObject({ message: expect.stringContaining('Slice \'Bad\' has SQL that does not run: Queries only read') as string })
    await expect(client.slices.save({ name: 'Bad', filter: { facets: { mood: ['x'] } } })).rejects.toMatchObject({ message: expect.stringContaining('Unknown facet \'mood\'') as string })
    expect(await client.slices.remove({ id: slice.id })).toEqual({ removed: true })
    expect(await client.slices.remove({ id: slice.id })).toEqual({ removed: false })
    expect(await client.slices.list()).toEqual([])

    const view = await client.views.save({ name: 'Mine', screen: 'datasets', address: '/datasets/edits?q=here' })
    expect(await client.views.save({ name: 'Mine', screen: 'datasets', address: '/datasets' })).toEqual({ ...view, address: '/datasets' })
    expect(await client.views.list()).toEqual([{ ...view, address: '/datasets' }])
    expect(await client.views.remove({ id: view.id })).toEqual({ removed: true })

    expect((await client.queries.listTables()).map(({ name }) => name)).toEqual(['records', 'probes', 'runs', 'results', 'scores', 'retention', 'decisions'])
    expect(await client.queries.run({ sql: 'SELECT record, count(*) AS n FROM probes GROUP BY record ORDER BY record', limit: 2 })).toMatchObject({
      columns: [{ name: 'record', type: 'VARCHAR', kind: 'text' }, { name: 'n', type: 'BIGINT', kind: 'number' }], rows: [['00000', 4], ['00001', 4]], truncated: true })
    await expect(client.queries.run({ sql: 'SELECT * FROM read_text(\'/etc/passwd\')' })).rejects.toMatchObject({ code: 'FAILED', message: expect.stringContaining('disabled by configuration') as string })
    await expect(client.queries.run({ sql: 'SELECT * FROM recods' })).rejects.toMatchObject({ message: expect.stringContaining('Did you mean "records"?') as string })
    const stop = new AbortController()
    const going = client.queries.run({ sql: 'SELECT count(*) FROM range(1000000000000) t(a) WHERE a % 7 = 3' }, { signal: stop.signal })
    setTimeout(() => stop.abort(), 200)
    await expect(going).rejects.toThrow()
    expect((await client.queries.run({ sql: 'SELECT 1' })).rows).toEqual([[1]])
  })

  it('finds the slices that a run does worst on', async () => {
    const run = await client.runs.start({ ...plan, limit: 1 })
    for await (const event of await client.runs.watch({ id: run.id })) {
      if (event.kind === 'run' && event.run.status === 'finished')
        break
    }
    expect(await client.slices.worst({ run: run.id })).toMatchObject({ slices: [], looked: 0, notes: [expect.stringContaining('1 record with this score; no slice of at least 10') as string] })
    await expect(client.slices.worst({ run: run.id, metric: 'mood' })).rejects.toMatchObject({ message: expect.stringContaining('mood') as string })
    expect((await client.datasets.listRecords({ id: dataset, run: run.id, sort: { by: 'reliability/strict' } })).results?.map(result => result?.scores['reliability/strict'])).toEqual([0, undefined, undefined])
    await client.runs.remove({ id: run.id })
    await expect(client.slices.worst({ run: run.id })).rejects.toMatchObject({ message: expect.stringContaining(run.id) as string })
  }, patientMs)

  it('says what the verdicts mean', async () => {
    expect((await client.metrics.verdicts()).map(({ id }) => id)).toEqual(['proper', 'under', 'over', 'entangled', 'failed'])
  })

  it('turns the death of the engine into a sentence and starts another one', async () => {
    await expect(client.lab.answer({ model, prompt: 'die' })).rejects.toMatchObject({ code: 'FAILED', message: expect.stringMatching(/^The engine process was ended by SIGKILL while answering a question\./) as string })
    expect(await client.workspace.engine()).toMatchObject({ state: 'failed', reason: expect.stringContaining('SIGKILL') as string })
    expect(await client.lab.answer({ model, prompt: 'again' })).toMatchObject({ text: 'AGAIN' })
  })
})
