import { describe, expect, it } from 'vitest'
import { createBroadcast, createChannel } from '../../../src/main/jobs/channel.ts'

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const value of values)
    seen.push(value)
  return seen
}

describe('createChannel', () => {
  it('gives what was pushed before and after reading began, then the result', async () => {
    const channel = createChannel<number, string>()
    channel.push(1)
    const reading = channel.read()
    expect(await reading.next()).toEqual({ done: false, value: 1 })
    setTimeout(() => {
      channel.push(2)
      channel.finish('end')
      channel.push(3)
    })
    expect(await reading.next()).toEqual({ done: false, value: 2 })
    expect(await reading.next()).toEqual({ done: true, value: 'end' })
  })
  it('throws its failure after what came before it', async () => {
    const channel = createChannel<number>()
    channel.push(1)
    channel.fail(new Error('broken'))
    const seen: number[] = []
    await expect(async () => {
      for await (const value of channel.read())
        seen.push(value)
    }).rejects.toThrow('broken')
    expect(seen).toEqual([1])
  })
})

describe('createBroadcast', () => {
  it('gives everybody everything from the moment they watch', async () => {
    const news = createBroadcast<number>()
    const early = news.watch()
    news.send(1)
    const late = news.watch(undefined, [0])
    news.send(2)
    news.close()
    expect(await all(early)).toEqual([1, 2])
    expect(await all(late)).toEqual([0, 2])
    expect(await all(news.watch())).toEqual([])
  })
  it('ends for whoever leaves, not for the others', async () => {
    const news = createBroadcast<number>()
    const controller = new AbortController()
    const leaving = news.watch(controller.signal)
    const staying = news.watch()
    news.send(1)
    controller.abort()
    news.send(2)
    news.close()
    expect(await all(leaving)).toEqual([1])
    expect(await all(staying)).toEqual([1, 2])
  })
})
