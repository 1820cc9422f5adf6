import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Chromium, startChromium } from './chromium.ts'
import { openTab, pageOf } from './tab.ts'

let html: string
let chromium: Chromium
beforeAll(async () => {
  html = await pageOf('hour.ts')
  chromium = await startChromium()
})
afterAll(() => chromium?.stop())

const ticksASecond = 10

/** Bytes that the page holds: of JavaScript, of its buffers, and of the browser for it. */
const heldBy = async (session: CDPSession): Promise<number> => {
  // what the first round lets go of may hold more
  for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage')
  const usage = await session.send('Runtime.getHeapUsage')
  return usage.usedSize + usage.backingStorageSize + usage.embedderHeapUsedSize
}

test('an hour of ticks takes no more memory than a minute', { timeout: 150_000 }, async () => {
  const tab = await openTab(chromium.context, 'http://127.0.0.1', html)
  const session = await chromium.context.newCDPSession(tab)
  const after = async (seconds: number) => {
    await tab.evaluate((tick) => globalThis.hour.play(tick), seconds * ticksASecond)
    return heldBy(session)
  }
  const minute = await after(60)
  const hour = await after(3_600)
  const text = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MB`
  console.log(
    `10,000 entities, 1 % moving: ${text(minute)} after a minute, ${text(hour)} after an hour of ticks`,
  )
  expect(await tab.evaluate(() => globalThis.hour.differences())).toEqual([])
  expect(await tab.evaluate(() => globalThis.hour.states())).toEqual(['initialising', 'connecting', 'live'])
  expect(Math.abs(hour / minute - 1)).toBeLessThan(0.1)
})
