import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { useStage } from './stage.ts'

const stage = useStage()

const figure = async (tab: Page, testId: string): Promise<number> =>
  Number(
    await tab
      .locator(`[data-testid=${testId}] data, data[data-testid=${testId}]`)
      .first()
      .getAttribute('value'),
  )

/** 0 to 1, the same for the same seed (mulberry32). */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  const mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32
}

/** So many stars in a cube, of which every `nth` has activity, in batches of 10,000. */
const fill = async (world: string, count: number, nth: number): Promise<void> => {
  const random = seeded(12_345)
  for (let from = 0; from < count; from += 10_000) {
    const entities = Array.from({ length: Math.min(10_000, count - from) }, (_, n) => ({
      ...{ id: `s${from + n}`, class_type: n % 3 ? 'Star' : 'Planet' },
      position: [random() * 1_000, random() * 1_000, random() * 1_000],
      parameters: { activity: nth > 0 && n % nth === 0 ? 0.5 : 0 },
    }))
    await stage.ask('/eustress/ingest/batch', { method: 'POST', body: { space_name: world, entities } })
  }
}

/** Frames while the camera turns, at the pace of the page's own clock. */
const turnFor = (tab: Page, ms: number): Promise<unknown> =>
  tab.evaluate(`new Promise((done) => {
    const canvas = document.querySelector('canvas')
    const until = performance.now() + ${ms}
    const turn = () => {
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))
      if (performance.now() < until) requestAnimationFrame(turn)
      else done()
    }
    turn()
  })`)

const heapMb = async (tab: Page): Promise<number> => {
  const session = await tab.context().newCDPSession(tab)
  for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize } = (await session.send('Runtime.getHeapUsage')) as unknown as Record<
    string,
    number
  >
  return (usedSize! + backingStorageSize!) / 2 ** 20
}

// LARGE=1 npm run test:console -- large: it takes minutes, most of them to write the worlds
describe.runIf(process.env.LARGE)('large worlds', () => {
  test('100,000 bodies, of which a hundredth moves, are held whole', { timeout: 600_000 }, async () => {
    await fill('large', 100_000, 100)
    const tab = await stage.open('/w/large/space')
    await until('all are there', async () => (await figure(tab, 'bodies')) === 100_000, 120_000)
    await tab.locator('[data-testid=state]', { hasText: 'live' }).waitFor()
    await turnFor(tab, 3_000)
    const moving = await figure(tab, 'cpu')
    await stage.ask('/worlds/large/physics/pause', { method: 'POST' })
    await until('it stands still', async () => {
      await turnFor(tab, 1_500)
      return (await figure(tab, 'cpu')) > 0
    })
    const still = await figure(tab, 'cpu')
    console.log(
      `100,000 bodies: ${moving.toFixed(1)} ms of CPU a frame while 1,000 move, ${still.toFixed(1)} ms while the camera turns alone, ${(await heapMb(tab)).toFixed(0)} MB of heap, ${await figure(tab, 'fps')} frames/s by SwiftShader`,
    )
    await tab.close()
  })

  test('a world of 160,000 is shown by a box and by cells outside of it', { timeout: 600_000 }, async () => {
    await fill('larger', 160_000, 1_000)
    const tab = await stage.open('/w/larger/space')
    await tab.getByText('A large world').waitFor({ timeout: 60_000 })
    await until('a part is there', async () => (await figure(tab, 'bodies')) > 10_000, 120_000)
    const held = await figure(tab, 'bodies')
    expect(held).toBeLessThan(150_000)
    console.log(`160,000 bodies: ${held} of them held, ${(await heapMb(tab)).toFixed(0)} MB of heap`)
    await tab.close()
  })
})
