import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { startTcpProxy, through } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'
import { type Chromium, startChromium } from './chromium.ts'
import type { Wishes } from './page/probe.ts'
import { freeze, openTab, pageOf, show } from './tab.ts'
import { worldAt } from './world.ts'

let dataDir: string
let html: string
let stack: Stack
let chromium: Chromium
const tabs: Page[] = []

const start = (port: number) => startStack({ dataDir, port, log: () => {} })

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-browser-'))
  html = await pageOf('probe.ts')
  chromium = await startChromium()
  stack = await start(0)
})
afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close()
})
afterAll(async () => {
  await chromium?.stop()
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const stateOf = (tab: Page) => tab.evaluate(() => globalThis.probe.state())
const statesOf = (tab: Page) => tab.evaluate(() => globalThis.probe.states())
const isIn = (tab: Page, state: string, withinMs?: number) =>
  until(`the page is ${state}`, async () => (await stateOf(tab)) === state, withinMs)

/** A tab that follows the world and is live. */
const follow = async (world: string, options: Wishes = {}, origin = stack.url): Promise<Page> => {
  const tab = await openTab(chromium.context, origin, html)
  tabs.push(tab)
  await tab.evaluate((wishes) => globalThis.probe.follow(wishes), {
    world,
    cast: 'full' as const,
    ...options,
  })
  await isIn(tab, 'live')
  return tab
}

const positionIn = (tab: Page, id: string) => tab.evaluate((name) => globalThis.probe.position(name), id)
const unbroken = ['initialising', 'connecting', 'live']

describe('a page in Chromium', () => {
  test('shows the world as it is when it is loaded', async () => {
    const world = worldAt(stack.url, 'load')
    for (let n = 0; n < 20; n++) await world.put(`e${n}`, [n, n / 3, -n])
    const tab = await follow('load')
    await world.agrees(tab)
    expect((await world.truth()).size).toBe(20)
    expect(await statesOf(tab)).toEqual(unbroken)
  })

  test('is told of what is written and of what moves', async () => {
    const world = worldAt(stack.url, 'live')
    await world.put('sun', [0, 0, 0], 1)
    const tab = await follow('live')
    const latencies: number[] = []
    for (let n = 0; n < 20; n++) {
      await world.put(`e${n}`, [20 + n, 0, 0])
      const answeredAt = Date.now()
      const createdAt = await until('it is there', () =>
        tab.evaluate((id) => globalThis.probe.createdAt(id), `e${n}`),
      )
      latencies.push(createdAt - answeredAt)
    }
    await world.put('moon', [3, 1, 0], 0.5)
    await until('a body moves', async () => ((await positionIn(tab, 'moon')) ?? [3])[0] !== 3)
    await world.put('e1', [21, 0, 0], 0, 'Second')
    await world.remove('e2')
    await world.pause()
    await world.agrees(tab)
    expect(await statesOf(tab)).toEqual(unbroken)
    const [median, longest] = [latencies.sort((a, b) => a - b)[10], latencies.at(-1)]
    console.log(`from a write's answer to the page: median ${median} ms, longest ${longest} ms, of 20`)
  })

  test('follows by the platform’s EventSource, too', async () => {
    const world = worldAt(stack.url, 'event-source')
    await world.put('sun', [0, 0, 0], 1)
    const tab = await follow('event-source', { eventSource: true })
    await world.put('moon', [3, 1, 0], 0.5)
    await until('a body moves', async () => ((await positionIn(tab, 'moon')) ?? [3])[0] !== 3)
    await world.pause()
    await world.agrees(tab)
    expect(await statesOf(tab)).toEqual(unbroken)
  })

  test('goes on where it was when the network is back', async () => {
    const world = worldAt(stack.url, 'offline')
    await world.put('sun', [0, 0, 0], 1)
    await world.put('moon', [3, 1, 0], 0.5)
    const tab = await follow('offline')
    await chromium.context.setOffline(true)
    await isIn(tab, 'offline')
    await world.put('late', [1, 1, 1])
    await world.put('moon', [5, 1, 0], 0.5, 'Moon')
    await world.remove('sun')
    expect(await positionIn(tab, 'late')).toBeUndefined()
    await chromium.context.setOffline(false)
    await isIn(tab, 'live')
    await world.pause()
    await world.agrees(tab)
    expect(await statesOf(tab)).toEqual([...unbroken, 'offline', 'connecting', 'live'])
  })

  test('has all that came while it was frozen', async () => {
    const world = worldAt(stack.url, 'frozen')
    await world.put('sun', [0, 0, 0], 1)
    const tab = await follow('frozen')
    const thaw = await freeze(tab)
    await until('it is frozen', async () =>
      (await tab.evaluate(() => globalThis.probe.life())).includes('freeze'),
    )
    for (let n = 0; n < 10; n++) await world.put(`e${n}`, [n, 1, 0], 0.3)
    expect(await positionIn(tab, 'e9')).toBeUndefined()
    await thaw()
    await show(tab)
    await world.pause()
    await world.agrees(tab)
    expect(await statesOf(tab)).toEqual([...unbroken, 'offline', 'connecting', 'live'])
  })

  test('lets go of its stream while nobody looks, if it is told to', async () => {
    const world = worldAt(stack.url, 'hidden')
    await world.put('a', [0, 0, 0])
    const tab = await follow('hidden', { hiddenCloseMs: 0 })
    const thaw = await freeze(tab)
    await thaw()
    await isIn(tab, 'offline')
    await world.put('b', [1, 0, 0])
    expect(await positionIn(tab, 'b')).toBeUndefined()
    await show(tab)
    await isIn(tab, 'live')
    await world.agrees(tab)
    expect(await statesOf(tab)).toEqual([...unbroken, 'offline', 'connecting', 'live'])
  })

  test.each(['that is looked at when it wakes', 'that nobody has to look at'])(
    'goes on after the sleep of a laptop, in a tab %s',
    async (tabKind) => {
      const isHidden = tabKind.startsWith('that is looked at')
      const name = isHidden ? 'sleep-hidden' : 'sleep'
      const world = worldAt(stack.url, name)
      const proxy = await startTcpProxy(Number(new URL(stack.url).port))
      try {
        await world.put('sun', [0, 0, 0], 1)
        await world.put('moon', [3, 1, 0], 0.5)
        const tab = await follow(name, {}, new URL(through(stack.url, proxy)).origin)
        const thaw = isHidden ? await freeze(tab) : async () => {}
        chromium.sleep()
        proxy.lose('/events')
        await world.put('late', [1, 1, 1])
        await world.put('moon', [5, 1, 0], 0.5, 'Moon')
        await world.remove('sun')
        await world.pause()
        chromium.wake()
        await tab.evaluate((ms) => globalThis.probe.jump(ms), 3_600_000)
        await thaw()
        if (isHidden) await show(tab)
        await world.agrees(tab)
        expect(await stateOf(tab)).toBe('live')
      } finally {
        await proxy.stop()
      }
    },
  )

  test('agrees with another tab, and does not mind that one’s end', async () => {
    const world = worldAt(stack.url, 'tabs')
    await world.put('sun', [0, 0, 0], 1)
    const [first, second] = [await follow('tabs'), await follow('tabs')]
    await world.put('moon', [3, 1, 0], 0.5)
    for (const tab of [first, second])
      await until('the moon is there', async () => (await positionIn(tab, 'moon')) !== undefined)
    await first.close()
    await world.put('late', [1, 1, 1])
    await until('the late one is there', async () => (await positionIn(second, 'late')) !== undefined)
    const third = await follow('tabs')
    await world.pause()
    for (const tab of [second, third]) {
      await world.agrees(tab)
      expect(await statesOf(tab)).toEqual(unbroken)
    }
  })

  test('goes on when the server is back', async () => {
    const world = worldAt(stack.url, 'restart')
    await world.put('sun', [0, 0, 0], 1)
    await world.put('moon', [3, 1, 0], 0.5)
    const tab = await follow('restart')
    await until('bodies move', async () => (await positionIn(tab, 'moon'))?.[0] !== 3)
    await stack.stop()
    await until('the page has noticed', async () => (await stateOf(tab)) !== 'live')
    stack = await start(Number(new URL(stack.url).port))
    await world.put('late', [1, 1, 1])
    await world.pause()
    await isIn(tab, 'live', 60_000)
    await world.agrees(tab)
    expect(await positionIn(tab, 'late')).toBeDefined()
  })
})
