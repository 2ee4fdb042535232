import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import { put, temporaryFolder } from './study.ts'

describe('opening a study', () => {
  it('makes an empty or missing folder a study, once, with a README', async () => {
    const folder = join(temporaryFolder(), 'deep', 'my study')
    const study = await openWorkspace(folder)
    expect(study.name).toBe('my study')
    expect(readdirSync(folder).sort()).toEqual(['README.md', 'datasets', 'editors', 'exports', 'models', 'runs', 'workbench.pid', 'workspace.json'])
    await study.close()
    expect(existsSync(study.layout.pid)).toBe(false)

    put(study.layout.readme, 'mine')
    put(study.layout.workspace, JSON.stringify({ format: 1, name: 'Renamed', createdAt: '2026-01-01' }))
    const again = await openWorkspace(folder)
    expect(again.name).toBe('Renamed')
    expect(readFileSync(study.layout.readme, 'utf8')).toBe('mine')
    await again.close()
  })

  it('refuses what is not a study, and leaves it alone', async () => {
    const folder = temporaryFolder()
    put(join(folder, 'thesis.tex'), 'x')
    await expect(openWorkspace(folder)).rejects.toThrow(`Folder '${folder}' is not a study (it has no workspace.json) and is not empty.`)
    expect(readdirSync(folder)).toEqual(['thesis.tex'])
    await expect(openWorkspace(join(folder, 'thesis.tex'))).rejects.toThrow('is a file. A study is a folder')
    await expect(openWorkspace(join(folder, 'none'), { access: 'read' })).rejects.toThrow('is not a study')
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  it('does not count what file managers leave behind', async () => {
    const folder = temporaryFolder()
    put(join(folder, '.DS_Store'), '')
    await (await openWorkspace(folder)).close()
    expect(existsSync(join(folder, 'workspace.json'))).toBe(true)
  })

  it('refuses a newer format and a broken workspace.json by name', async () => {
    const folder = temporaryFolder()
    const file = put(join(folder, 'workspace.json'), JSON.stringify({ format: 2, invented: 'later' }))
    await expect(openWorkspace(folder)).rejects.toThrow(`Study '${folder}' has format 2; this version reads formats up to 1. Update MMEdit Workbench.`)
    put(file, '{"format":1}')
    await expect(openWorkspace(folder)).rejects.toThrow(`File '${file}': field 'name' is not usable`)
    put(file, '{')
    await expect(openWorkspace(folder)).rejects.toThrow('is not JSON')
    expect(readdirSync(folder)).toEqual(['workspace.json'])
  })

  it('sweeps what a crash left half-written, and nothing else', async () => {
    const study = await openWorkspace(join(temporaryFolder(), 's'))
    put(join(study.layout.datasets, 'x.mmedit-tmp-1-0', 'records.jsonl'), 'half')
    put(join(study.layout.datasets, 'kept', 'notes.txt'), 'mine')
    put(`${study.layout.workspace}.mmedit-tmp-9-9`, '{')
    put(join(study.layout.audits, 'edits', 'audit.json.mmedit-tmp-1-0'), '{')
    put(join(study.layout.audits, 'edits', 'ann.jsonl'), '{}')
    await study.close()
    await (await openWorkspace(study.root)).close()
    expect(readdirSync(study.layout.datasets)).toEqual(['kept'])
    expect(readdirSync(join(study.layout.audits, 'edits'))).toEqual(['ann.jsonl'])
    expect(readdirSync(study.root)).not.toContain('workspace.json.mmedit-tmp-9-9')
  })
})

describe('two programs and one study', () => {
  it('refuses a second writer by process number and lets readers in', async () => {
    const study = await openWorkspace(join(temporaryFolder(), 's'))
    await expect(openWorkspace(study.root)).rejects.toThrow(`The study is open in another MMEdit Workbench (process ${process.pid}`)
    const reader = await openWorkspace(study.root, { access: 'read' })
    await reader.close()
    expect(existsSync(study.layout.pid)).toBe(true)
    await study.close()
    await (await openWorkspace(study.root)).close()
  })

  it('refuses while another process lives and takes over when it was killed', async () => {
    const root = join(temporaryFolder(), 's')
    await (await openWorkspace(root)).close()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => void other.kill('SIGKILL'))
    await new Promise(resolve => other.once('spawn', resolve))
    const pid = put(join(root, 'workbench.pid'), JSON.stringify({ pid: other.pid, host: hostname(), since: '2026-01-01' }))
    await expect(openWorkspace(root)).rejects.toThrow(`process ${other.pid}`)

    const gone = new Promise(resolve => other.once('exit', resolve))
    other.kill('SIGKILL')
    await gone
    const study = await openWorkspace(root)
    expect(JSON.parse(readFileSync(pid, 'utf8'))).toMatchObject({ pid: process.pid })
    await study.close()
  })

  it.runIf(process.platform === 'linux')('sees that a process number was given to somebody else', async () => {
    const root = join(temporaryFolder(), 's')
    await (await openWorkspace(root)).close()
    put(join(root, 'workbench.pid'), JSON.stringify({ pid: process.ppid, host: hostname(), started: 'another-boot/1', since: '2026-01-01' }))
    await (await openWorkspace(root)).close()
  })

  it('takes over its own number after a restart, and a file that is no pid file', async () => {
    const root = join(temporaryFolder(), 's')
    await (await openWorkspace(root)).close()
    for (const left of [JSON.stringify({ pid: process.pid, host: hostname(), since: '2026-01-01' }), '', 'garbage']) {
      put(join(root, 'workbench.pid'), left)
      await (await openWorkspace(root)).close()
    }
  })

  it('does not judge a process on another computer', async () => {
    const root = join(temporaryFolder(), 's')
    await (await openWorkspace(root)).close()
    put(join(root, 'workbench.pid'), JSON.stringify({ pid: 1, host: 'elsewhere', since: '2026-01-01' }))
    await expect(openWorkspace(root)).rejects.toThrow('open on computer \'elsewhere\' since 2026-01-01')
  })
})
