// Headless entry: the same workbench for a browser on this computer.
import { parseArgs } from 'node:util'
import { openBackend } from './backend.ts'
import { messageOf } from './base/errors.ts'
import { serve } from './transport/serve.ts'

const usage = 'Usage: server [--workspace DIR] [--port NUMBER] [--no-open]'

function parse(): { workspace?: string, port?: number, openBrowser: boolean } {
  const { values } = parseArgs({ options: { 'workspace': { type: 'string' }, 'port': { type: 'string' }, 'no-open': { type: 'boolean', default: false } } })
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new Error(`--port takes a number from 0 to 65535, not '${values.port ?? ''}'.`)
  return { openBrowser: !values['no-open'], ...(values.workspace === undefined ? {} : { workspace: values.workspace }), ...(port === undefined ? {} : { port }) }
}

async function main(): Promise<void> {
  let options: ReturnType<typeof parse>
  try {
    options = parse()
  }
  catch (error) {
    process.stderr.write(`${messageOf(error)}\n${usage}\n`)
    process.exitCode = 2
    return
  }
  try {
    const { workspace, ...rest } = options
    const backend = await openBackend({ access: 'write', progress: sentence => void process.stderr.write(`${sentence}\n`), ...(workspace === undefined ? {} : { workspace }) })
    await serve({ ...backend, ...rest })
  }
  catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 1
  }
}

void main()
