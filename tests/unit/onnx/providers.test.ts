import { describe, expect, it } from 'vitest'
import { cpuName } from '../../../src/main/onnx/device-name.ts'
import { probe } from '../../../src/main/onnx/probe.ts'
import { chooseProvider } from '../../../src/main/onnx/providers.ts'
import type { ProviderHost } from '../../../src/main/onnx/providers.ts'
import { largestDifference, selfTest } from '../../../src/main/onnx/self-test.ts'
import { openEncoded } from '../../../src/main/onnx/session.ts'
import { float32 } from '../../../src/main/onnx/tensor-value.ts'

/** The cpu's own results, as another provider would return them after some time and with some error. */
async function pretend(elapsedMs: number, error = 0): ReturnType<ProviderHost['probe']> {
  const { graph, feeds } = selfTest()
  const session = await openEncoded(graph)
  const results = await session.run(feeds)
  await session.dispose()
  return { elapsedMs, results: Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array, v => v * (1 + error))])) }
}

const host = (answers: Record<string, () => ReturnType<ProviderHost['probe']>>): ProviderHost => ({
  available: () => ['cpu', ...Object.keys(answers)] as ReturnType<ProviderHost['available']>,
  probe: provider => answers[provider]!(),
  deviceName: provider => Promise.resolve(`a ${provider}`),
})

describe('chooseProvider', () => {
  it('takes the fastest correct one', async () => {
    const report = await chooseProvider('auto', host({ cuda: () => pretend(0.001), webgpu: () => pretend(1e6) }))
    expect(report.provider).toBe('cuda')
    expect(report.device).toBe('a cuda')
    expect(report.reason).toMatch(/^Fastest correct provider: cuda took 0\.0 ms; cpu took \d+\.\d ms, webgpu took 1000000\.0 ms\.$/)
    expect(report.tests.map(t => [t.provider, t.correct])).toEqual([['cpu', true], ['cuda', true], ['webgpu', true]])
  })

  it('does not take a fast provider that is wrong or does not open', async () => {
    const report = await chooseProvider('auto', host({ cuda: () => Promise.reject(new Error('no driver')), webgpu: () => pretend(0.001, 0.01) }))
    expect(report.provider).toBe('cpu')
    expect(report.reason).toContain('cuda is not usable here, webgpu gave wrong numbers.')
    expect(report.tests[1]).toEqual({ provider: 'cuda', correct: false, maxDifference: null, elapsedMs: null, detail: 'not usable here: no driver' })
    expect(report.tests[2]!.maxDifference).toBeCloseTo(0.01, 4)
  })

  it('refuses a provider by name with the numbers', async () => {
    await expect(chooseProvider('webgpu', host({ webgpu: () => pretend(3, 0.01) })))
      .rejects.toThrow('Provider \'webgpu\' failed its self-test (3.0 ms; largest difference from cpu 1.0e-2, allowed 1.0e-3). Choose \'cpu\' or \'auto\'.')
  })

  it('takes a provider by name even when it is slow, and asks no other', async () => {
    const report = await chooseProvider('webgpu', host({ cuda: () => Promise.reject(new Error('not asked')), webgpu: () => pretend(1e6) }))
    expect(report.provider).toBe('webgpu')
    expect(report.tests.map(t => t.provider)).toEqual(['cpu', 'webgpu'])
  })

  it('names what is available when a provider is not', async () => {
    await expect(chooseProvider('dml', host({}))).rejects.toThrow('Provider \'dml\' is not part of the runtime on this system. Available: cpu.')
  })

  it('runs on this machine\'s processor by its name', async () => {
    const report = await chooseProvider('cpu')
    expect(report).toMatchObject({ provider: 'cpu', device: cpuName(), tests: [{ provider: 'cpu', correct: true, maxDifference: 0 }] })
  })
})

describe('probe', () => {
  it('computes in a process of its own what this process computes', async () => {
    const { results, elapsedMs } = await probe('cpu', selfTest())
    const here = await pretend(0)
    expect(elapsedMs).toBeGreaterThan(0)
    expect(largestDifference(results, Object.fromEntries(Object.entries(here.results).map(([name, data]) => [name, float32(data)])))).toBeLessThan(1e-5)
  })

  it('survives a provider that is not there, with its reason', async () => {
    await expect(probe('nothing' as 'cpu', selfTest())).rejects.toThrow(/backend not found|no available backend/)
  })

  it('gives up after its time', async () => {
    await expect(probe('cpu', selfTest(), 1)).rejects.toThrow('did not finish its self-test in 0.001 s')
  })
})

describe('largestDifference', () => {
  it('counts a missing output and NaN as infinitely wrong', () => {
    expect(largestDifference({}, { y: float32([1]) })).toBe(Infinity)
    expect(largestDifference({ y: [Number.NaN] }, { y: float32([1]) })).toBe(Infinity)
    expect(largestDifference({ y: [2, 4.04] }, { y: float32([2, 4]) })).toBeCloseTo(0.01)
  })
})
