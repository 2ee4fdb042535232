// The selection: by dataset and id, whatever is on screen; and what keys do with it.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { listAction } from '../../../../../src/renderer/src/lib/move-in-list.ts'
import { keyOf, useSelection } from '../../../../../src/renderer/src/features/datasets/selection.ts'

beforeEach(() => {
  setActivePinia(createPinia())
})

describe('useSelection', () => {
  it('tells records of equal ids apart by their datasets', () => {
    const selection = useSelection()
    selection.toggle({ dataset: 'a', record: '1' }, 0)
    selection.add([{ dataset: 'b', record: '1' }, { dataset: 'a', record: '1' }])
    expect(selection.list.map(keyOf)).toEqual(['a/1', 'b/1'])
    selection.toggle({ dataset: 'a', record: '1' }, 7)
    expect(selection.list.map(keyOf)).toEqual(['b/1'])
    expect(selection.anchor).toBe(7)
    selection.clear()
    expect(selection.count).toBe(0)
    expect(selection.anchor).toBeUndefined()
  })
})

describe('listAction', () => {
  const key = (name: string, held: Partial<Record<'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey', boolean>> = {}) => ({ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held })
  it.each([
    [key('a', { ctrlKey: true }), { do: 'all' }],
    [key('a', { metaKey: true }), { do: 'all' }],
    [key('a'), undefined],
    [key('Escape'), { do: 'none' }],
    [key(' '), { do: 'toggle' }],
    [key('Enter'), { do: 'open' }],
    [key('f'), { do: 'enlarge' }],
    [key('f', { ctrlKey: true }), undefined],
    [key('1', { altKey: true }), undefined],
    [key('j'), { do: 'look', at: 6, extend: false }],
    [key('ArrowDown', { shiftKey: true }), { do: 'look', at: 9, extend: true }],
  ])('%o → %o', (event, action) => {
    expect(listAction(event, 5, 100, 4, 12)).toEqual(action)
  })
  it('opens nothing where no record is looked at', () => {
    expect(listAction(key('Enter'), undefined, 100, 4, 12)).toBeUndefined()
    expect(listAction(key('ArrowDown'), undefined, 100, 4, 12)).toEqual({ do: 'look', at: 0, extend: false })
  })
})
