/** Which provider computes: every candidate proves itself on a small forward and backward pass, the fastest correct one wins. */

import { messageOf } from '../base/errors.ts'
import { elapsed } from '../base/log.ts'
import type { ProviderChoice, ProviderReport } from '../../preload/contract/models.ts'
import { deviceName } from './device-name.ts'
import { probe } from './probe.ts'
import type { ProbeResult } from './probe.ts'
import { largestDifference, selfTest, tolerance } from './self-test.ts'
import type { SelfTest } from './self-test.ts'
import { bundledProviders, openEncoded } from './session.ts'
import type { ProviderId } from './session.ts'
import type { TensorValue } from './tensor-value.ts'

type Test = ProviderReport['tests'][number]
type Results = Readonly<Record<string, TensorValue>>

/** The candidates, and how one is asked: replaced in tests. */
export interface ProviderHost {
  readonly available: () => readonly ProviderId[]
  readonly probe: (provider: ProviderId, test: SelfTest, limitMs: number) => Promise<ProbeResult>
  readonly deviceName: (provider: ProviderId) => Promise<string>
}

const thisMachine: ProviderHost = { available: bundledProviders, probe, deviceName }

/** The cpu provider needs no process of its own: it is the reference. */
async function runOnCpu({ graph, feeds, timingFeeds }: SelfTest): Promise<{ results: Results, test: Test }> {
  const session = await openEncoded(graph)
  const results = await session.run(feeds)
  await session.run(timingFeeds)
  let best = Infinity
  for (let i = 0; i < 3; i++) {
    const start = elapsed()
    await session.run(timingFeeds)
    best = Math.min(best, elapsed() - start)
  }
  await session.dispose()
  return { results, test: { provider: 'cpu', correct: true, maxDifference: 0, elapsedMs: best, detail: `${best.toFixed(1)} ms; the others are compared with it` } }
}

async function runElsewhere(provider: ProviderId, test: SelfTest, expected: Results, limitMs: number, host: ProviderHost): Promise<Test> {
  try {
    const { elapsedMs, results } = await host.probe(provider, test, limitMs)
    const maxDifference = largestDifference(results, expected)
    const correct = maxDifference <= tolerance
    const numbers = `largest difference from cpu ${show(maxDifference)}, allowed ${show(tolerance)}`
    return { provider, correct, maxDifference: Number.isFinite(maxDifference) ? maxDifference : null, elapsedMs, detail: `${elapsedMs.toFixed(1)} ms; ${numbers}` }
  }
  catch (error) {
    return { provider, correct: false, maxDifference: null, elapsedMs: null, detail: `not usable here: ${messageOf(error)}` }
  }
}

/** Software devices compile shaders for seconds; whoever asks for one by name may wait, 'auto' would not take it anyway. */
const patience = { auto: 20_000, named: 120_000 }

const show = (value: number): string => value.toExponential(1)

/**
 * 'auto': the fastest provider whose self-test agrees with cpu. A provider by name: that one, or an error with the
 * numbers when it fails. Takes about half a second per candidate beside cpu.
 */
export async function chooseProvider(choice: ProviderChoice, host: ProviderHost = thisMachine): Promise<ProviderReport> {
  const available = host.available()
  if (choice !== 'auto' && !available.includes(choice))
    throw new Error(`Provider '${choice}' is not part of the runtime on this system. Available: ${available.join(', ')}.`)
  const test = selfTest()
  const cpu = await runOnCpu(test)
  const tests = [cpu.test]
  for (const provider of available) {
    if (provider !== 'cpu' && (choice === 'auto' || choice === provider))
      tests.push(await runElsewhere(provider, test, cpu.results, choice === 'auto' ? patience.auto : patience.named, host))
  }
  const chosen = choice === 'auto' ? fastest(tests) : tests.find(t => t.provider === choice)!
  if (!chosen.correct)
    throw new Error(`Provider '${choice}' failed its self-test (${chosen.detail}). Choose 'cpu' or 'auto'.`)
  return {
    provider: chosen.provider,
    device: await host.deviceName(chosen.provider as ProviderId),
    reason: choice === 'auto' ? reasonFor(chosen, tests) : `Chosen by name; self-test passed in ${chosen.elapsedMs?.toFixed(1)} ms.`,
    tests,
  }
}

const fastest = (tests: readonly Test[]): Test =>
  tests.filter(t => t.correct).reduce((best, t) => ((t.elapsedMs ?? Infinity) < (best.elapsedMs ?? Infinity) ? t : best))

function reasonFor(chosen: Test, tests: readonly Test[]): string {
  const others = tests.filter(t => t !== chosen).map(t => `${t.provider} ${t.elapsedMs === null ? 'is not usable here' : t.correct ? `took ${t.elapsedMs.toFixed(1)} ms` : 'gave wrong numbers'}`)
  return others.length === 0
    ? `The only provider of this runtime.`
    : `Fastest correct provider: ${chosen.provider} took ${chosen.elapsedMs?.toFixed(1)} ms; ${others.join(', ')}.`
}
