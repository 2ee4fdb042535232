/** What the machine's processors are called, as far as the system tells. */

import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { promisify } from 'node:util'
import type { ProviderId } from './session.ts'

const run = promisify(execFile)

/** 'AMD EPYC 7763, 2 cores' */
export function cpuName(): string {
  const all = cpus()
  const model = (all[0]?.model ?? '').replace(/\s+/g, ' ').trim()
  return `${model === '' ? 'CPU' : model}, ${all.length} ${all.length === 1 ? 'core' : 'cores'}`
}

const questions: Partial<Record<NodeJS.Platform, readonly [command: string, args: readonly string[], answer: RegExp]>> = {
  linux: ['lspci', [], /(?:VGA compatible|3D) controller: (.+)/],
  darwin: ['system_profiler', ['SPDisplaysDataType'], /Chipset Model: (.+)/],
  win32: ['powershell', ['-NoProfile', '-Command', '(Get-CimInstance Win32_VideoController).Name'], /(.+)/],
}

async function ask(command: string, args: readonly string[], answer: RegExp): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, [...args], { timeout: 5000, windowsHide: true })
    return answer.exec(stdout)?.[1]?.trim()
  }
  catch {
    return undefined // the program is not there: the name stays unknown, nothing else depends on it
  }
}

/** The device a provider computes on, or 'GPU' where nothing says more. */
export async function deviceName(provider: ProviderId): Promise<string> {
  if (provider === 'cpu')
    return cpuName()
  if (provider === 'webgpu' && /swiftshader/i.test(process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES ?? ''))
    return `SwiftShader on ${cpuName()}`
  const nvidia = provider === 'coreml' ? undefined : await ask('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], /(.+)/)
  const question = questions[process.platform]
  return nvidia ?? (question ? await ask(...question) : undefined) ?? 'GPU'
}
