// Start-up: from starting the headless server's process to its first answered page, on a study that exists.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const server = resolve(import.meta.dirname, '../../out/main/server.js')

/** Milliseconds, the median of five starts after a first one that copies the sample study. */
export async function measureStartup(): Promise<{ ms: number, firstMs: number }> {
  const home = await mkdtemp(join(tmpdir(), 'mmedit-bench-home-'))
  try {
    const firstMs = await start(home)
    const times: number[] = []
    for (let i = 0; i < 5; i++)
      times.push(await start(home))
    return { ms: times.sort((a, b) => a - b)[2] ?? firstMs, firstMs }
  }
  finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function start(home: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [server, '--no-open'], { env: { ...process.env, MMEDIT_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(done => child.once('exit', done))
  try {
    const url = await new Promise<string>((done, failed) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const match = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(text)
        if (match)
          done(match[0])
      })
      child.once('exit', code => failed(new Error(`The server ended with ${String(code)} before it printed its address.`)))
    })
    const { status } = await fetch(url, { redirect: 'manual' })
    if (status >= 400)
      throw new Error(`The server answered its own address with status ${status}.`)
    return performance.now() - started
  }
  finally {
    child.kill('SIGTERM')
    await ended
  }
}
