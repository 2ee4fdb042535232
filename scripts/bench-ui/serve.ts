// The headless server on a study, as `npm start -- --serve --workspace DIR` starts it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Served { readonly url: string, readonly stop: () => Promise<void> }

/** Starts the built server and resolves with the address it prints. */
export async function serve(root: string, workspace: string): Promise<Served> {
  const child = spawn(process.execPath, [join(root, process.env['MMEDIT_OUT'] ?? 'out', 'main/server.js'), '--no-open', '--workspace', workspace], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  const url = await new Promise<string>((done, failed) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(text)
      if (match)
        done(match[0])
    })
    child.once('exit', code => failed(new Error(`The server ended with ${String(code)} before it printed its address: ${said}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
