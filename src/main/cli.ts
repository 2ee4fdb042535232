// Terminal entry: every procedure of the contract is a command. Results on stdout, everything else on stderr.
import { createRouterClient } from '@orpc/server'
import { openBackend } from './backend.ts'
import { messageOf } from './base/errors.ts'
import { router } from './router/index.ts'
import { UsageError } from './terminal/flags.ts'
import { followGrid, followRepairs, followSweep, tableForPeople } from './terminal/follow-grid.ts'
import { followRun } from './terminal/follow-run.ts'
import type { Client } from './terminal/follow-run.ts'
import { parseCommand } from './terminal/parse-command.ts'
import type { Parsed } from './terminal/parse-command.ts'
import { forPeople, notesOf } from './terminal/print.ts'
import { reportForPeople } from './terminal/run-report.ts'
import { linesFor } from './terminal/search-lines.ts'
import type { StartedGrid } from './jobs/grid.ts'
import type { StartedRepairs } from './jobs/repairs.ts'
import type { StartedSweep } from './jobs/sweep.ts'
import type { Run } from '../preload/contract/runs.ts'
import { serve } from './transport/serve.ts'

const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`)
const show = (value: unknown, json: boolean): void => void process.stdout.write(`${json ? JSON.stringify(value) : forPeople(value)}\n`)
const isStream = (value: unknown): value is AsyncIterable<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Without --model the study's only model is meant; of several, the one that the input has by default. */
async function withOnlyModel(client: Client, input: unknown): Promise<unknown> {
  const [only, ...others] = await client.models.list()
  if (!only || others.length > 0)
    return input
  const { plan } = input as { plan?: object }
  return plan ? { ...input as object, plan: { ...plan, model: only.id } } : { ...input as object, model: only.id }
}

/** Runs one command; @returns the exit code. */
async function call({ command, input, json, workspace, anyModel }: Extract<Parsed, { kind: 'call' }>): Promise<number> {
  const backend = await openBackend({ access: command.writes ? 'write' : 'read', progress: say, ...(workspace === undefined ? {} : { workspace }) })
  try {
    const client: Client = createRouterClient(router, { context: backend.context })
    const procedures = client as unknown as Readonly<Record<string, Readonly<Record<string, (input: unknown) => Promise<unknown>>>>>
    const result = await procedures[command.noun]?.[command.procedure]?.(anyModel ? await withOnlyModel(client, input) : input)
    if (command.noun === 'runs' && (command.procedure === 'start' || command.procedure === 'resume')) {
      const report = await followRun(client, (result as Run).id)
      process.stdout.write(`${json ? JSON.stringify(report) : reportForPeople(report)}\n`)
      if (report.status !== 'finished')
        say(`${report.reason ?? `Run ${report.run} is ${report.status}.`} (mmedit runs resume ${report.run})`)
      return report.status === 'finished' ? 0 : 1
    }
    if (command.noun === 'runs' && (command.procedure === 'grid' || command.procedure === 'sweep')) {
      const report = command.procedure === 'grid' ? await followGrid(client, result as StartedGrid, say) : await followSweep(client, result as StartedSweep, say)
      process.stdout.write(`${json ? JSON.stringify(report) : tableForPeople(report)}\n`)
      return report.runs.length > 0 && report.runs.every(({ status }) => status === 'finished') ? 0 : 1
    }
    if (command.noun === 'audits' && command.procedure === 'rerun') {
      const report = await followRepairs(client, result as StartedRepairs, say)
      const text = json ? JSON.stringify(report) : tableForPeople(report)
      process.stdout.write(text === '' ? '' : `${text}\n`)
      return report.refused.length === 0 && report.runs.every(({ status }) => status === 'finished') ? 0 : 1
    }
    if (isStream(result)) {
      const lines = json ? undefined : linesFor(command.noun, command.procedure)
      for await (const event of result) {
        if (lines)
          process.stdout.write(lines(event).map(line => `${line}\n`).join(''))
        else
          show(event, json)
      }
      return 0
    }
    if (!json)
      notesOf(result).forEach(say)
    show(result, json)
    return 0
  }
  finally {
    await backend.close()
  }
}

async function main(): Promise<number> {
  try {
    const parsed = parseCommand(process.argv.slice(2))
    if (parsed.kind === 'help') {
      process.stdout.write(parsed.text)
      return 0
    }
    if (parsed.kind === 'serve') {
      const { workspace, openBrowser, port } = parsed
      const backend = await openBackend({ access: 'write', progress: say, ...(workspace === undefined ? {} : { workspace }) })
      await serve({ ...backend, openBrowser, ...(port === undefined ? {} : { port }) })
      return 0
    }
    return await call(parsed)
  }
  catch (error) {
    say(messageOf(error))
    return error instanceof UsageError ? 2 : 1
  }
}

// A reader that closes early (| head) is no failure.
process.stdout.on('error', () => process.exit(0))
process.exitCode = await main()
