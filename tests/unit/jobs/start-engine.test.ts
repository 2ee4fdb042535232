// Which executable runs the engine, and where its entry is.
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findEntry, pickExecutable } from '../../../src/main/jobs/start-engine.ts'

const desktop = { executable: '/app/electron', isElectron: true, resources: '/app/resources', npmNode: undefined, platform: 'linux' as const, exists: () => false }

describe('pickExecutable', () => {
  it('takes the Node that runs us', () => {
    expect(pickExecutable({ ...desktop, executable: '/usr/bin/node', isElectron: false })).toEqual({ executable: '/usr/bin/node', environment: {} })
  })
  it('takes the packaged Node on the desktop', () => {
    expect(pickExecutable({ ...desktop, exists: path => path === '/app/resources/node/bin/node' })).toEqual({ executable: '/app/resources/node/bin/node', environment: {} })
  })
  it('takes the developer\'s Node that npm names', () => {
    expect(pickExecutable({ ...desktop, npmNode: '/home/node', exists: path => path === '/home/node' })).toEqual({ executable: '/home/node', environment: {} })
  })
  it('lets Electron act as Node only when there is no other', () => {
    expect(pickExecutable(desktop)).toEqual({ executable: '/app/electron', environment: { ELECTRON_RUN_AS_NODE: '1' } })
  })
})

describe('findEntry', () => {
  it('finds the source from the sources', () => {
    const { entry, nodeArguments } = findEntry()
    expect(existsSync(entry)).toBe(true)
    expect(entry).toMatch(/engine\.ts$/)
    expect(nodeArguments[0]).toBe('--import')
  })
  it('says what to do where there is none', () => {
    expect(() => findEntry('/nowhere/at')).toThrow('Run npm run build.')
  })
})
