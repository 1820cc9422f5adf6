import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { findingsInAllLooks } from './axe.ts'
import { keepScreenshot } from './screenshot.ts'
import { useStage } from './stage.ts'

const stage = useStage()

/** A number that the page shows, as it came from the API. */
const figure = async (tab: Page, testId: string): Promise<number> =>
  Number(
    await tab
      .locator(`[data-testid=${testId}] data, data[data-testid=${testId}]`)
      .first()
      .getAttribute('value'),
  )

const shows = (tab: Page, testId: string, value: number) =>
  until(`${testId} is ${value}`, async () => (await figure(tab, testId)) === value)

const isIn = (tab: Page, state: string) => tab.locator('[data-testid=state]', { hasText: state }).waitFor()

interface World {
  entityCount: number
  seq: number
}

const put = (world: string, id: string, position: number[], activity = 0) =>
  stage.ask(`/worlds/${world}/entities/${id}`, {
    ...{ method: 'PUT', body: { classType: 'Star', position, parameters: { activity } } },
  })

describe('space', () => {
  test('shows all of a world, live', async () => {
    const tab = await stage.open('/w/earth/space')
    await isIn(tab, 'live')
    const { entityCount } = await stage.ask<World>('/worlds/earth')
    await shows(tab, 'bodies', entityCount)
    const { groups } = await stage.ask<{ groups: { value: string; count: number }[] }>(
      '/worlds/earth/query',
      {
        ...{ method: 'POST', body: { query: 'group by class count' } },
      },
    )
    for (const { value, count } of groups) {
      const item = tab.locator('.space-legend li', { hasText: value })
      expect(Number(await item.locator('data').getAttribute('value'))).toBe(count)
    }
    await tab.close()
  })

  test('finds an entity, flies there, and draws its relationships', async () => {
    const tab = await stage.open('/w/earth/space')
    await isIn(tab, 'live')
    await tab.keyboard.press('/')
    await tab.keyboard.type('Buenos')
    await tab.getByRole('button', { name: 'Buenos Aires' }).first().click()
    await tab.getByRole('heading', { name: 'Buenos Aires' }).waitFor()
    const id = new URL(tab.url()).searchParams.get('select')!
    const { relationships } = await stage.ask<{ relationships: object[] }>(
      `/worlds/earth/relationships?entity=${id}&limit=1000`,
    )
    const shown = tab.getByRole('heading', { name: /^Relationships/ }).locator('data')
    await shown.waitFor()
    expect(Number(await shown.getAttribute('value'))).toBe(relationships.length)
    await tab.getByLabel('Colour').selectOption('activity')
    await tab.getByText('no activity').waitFor()
    await tab.getByLabel('Cells').selectOption({ index: 2 })
    const exponent = await tab.getByLabel('Cells').inputValue()
    const { regions } = await stage.ask<{ regions: object[] }>(
      `/worlds/earth/regions?cell=${exponent}&limit=1000`,
    )
    await tab
      .getByText(`units ${regions.length}`)
      .or(tab.locator('label', { hasText: 'Cells' }).getByText(String(regions.length)))
      .first()
      .waitFor()
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.emulateMedia({ colorScheme: 'dark' })
    await keepScreenshot(tab, 'space')
    await tab.close()
  })

  test('is told of what is written and what moves', async () => {
    await put('sky', 'sun', [0, 0, 0], 1)
    await put('sky', 'moon', [3, 1, 0], 0.5)
    const tab = await stage.open('/w/sky/space')
    await isIn(tab, 'live')
    await shows(tab, 'bodies', 2)
    await put('sky', 'late', [1, 1, 1])
    await shows(tab, 'bodies', 3)
    await until('frames are drawn while bodies move', async () => (await figure(tab, 'fps')) > 5)
    await stage.ask('/worlds/sky/entities/late', { method: 'DELETE' })
    await shows(tab, 'bodies', 2)
    await tab.getByLabel('Gamma').selectOption('atomic')
    await stage.ask('/commit/force?world=sky', { method: 'POST', body: {} })
    const cells = async () =>
      (await stage.ask<{ cells: object[] }>('/gamma/current?world=sky&layer=atomic')).cells.length
    await until('there is gamma', async () => (await cells()) > 0)
    await tab.getByLabel('Gamma').selectOption('')
    await tab.getByLabel('Gamma').selectOption('atomic')
    await until('it is drawn', async () => {
      const text = await tab.locator('label', { hasText: 'Gamma' }).locator('span').textContent()
      return Number(text) > 0
    })
    await tab.close()
  })

  test('picks by mouse and by keys, and makes a box a query', async () => {
    await put('box', 'a', [0, 0, 0])
    await put('box', 'b', [1, 0, 0])
    const tab = await stage.open('/w/box/space')
    await isIn(tab, 'live')
    await shows(tab, 'bodies', 2)
    const canvas = tab.locator('canvas')
    const { x, y, width, height } = (await canvas.boundingBox())!
    await tab.getByRole('button', { name: 'Select a box' }).click()
    await tab.mouse.move(x + 5, y + 5)
    await tab.mouse.down()
    await tab.mouse.move(x + width - 5, y + height - 5, { steps: 4 })
    await tab.mouse.up()
    await tab.getByRole('link', { name: 'Open as a query' }).click()
    await tab.getByRole('link', { name: 'a', exact: true }).waitFor()
    await shows(tab, 'rows', 2)
    await tab.goto(`${stage.url}/w/box/space?select=a`)
    await isIn(tab, 'live')
    await tab.getByRole('button', { name: 'Fly to it' }).click()
    await tab.getByRole('button', { name: 'Clear' }).click()
    await canvas.focus()
    await until('Enter chooses what is in the middle', async () => {
      await tab.keyboard.press('Enter')
      return tab.url().includes('select=a')
    })
    await tab.keyboard.press('Escape')
    await until('Escape lets go of it', () => !tab.url().includes('select='))
    await tab.close()
  })

  test('goes through the history, and plays it', async () => {
    const tab = await stage.open('/w/earth/space')
    await isIn(tab, 'live')
    const { seq } = await stage.ask<World>('/worlds/earth')
    const middle = Math.round(seq / 2)
    const { count } = await stage.ask<{ count: number }>('/worlds/earth/query', {
      ...{ method: 'POST', body: { query: 'count', asOf: middle } },
    })
    await tab.getByLabel('Moment').fill(String(middle))
    await isIn(tab, 'past')
    await shows(tab, 'bodies', count)
    expect(await figure(tab, 'moment')).toBe(middle)
    await tab.getByText('Marks:').click()
    const snapshots = await stage.ask<object[]>('/eustress/ingest/snapshots/earth?view=summary&limit=100')
    await until('the marks are there', async () => {
      const rows = await tab.getByRole('row', { name: /^snapshot/ }).count()
      return rows === snapshots.length
    })
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.getByText('Marks:').click()
    await tab.getByRole('button', { name: 'Play' }).click()
    await until('it has gone on', async () => (await figure(tab, 'moment')) > middle)
    await keepScreenshot(tab, 'history')
    await tab.getByRole('button', { name: 'Pause' }).click()
    await tab.getByRole('button', { name: 'Now', exact: true }).click()
    await isIn(tab, 'live')
    await shows(tab, 'bodies', (await stage.ask<World>('/worlds/earth')).entityCount)
    await tab.close()
  })

  test('marks the events of a chronicle', async () => {
    const tab = await stage.open('/w/icews/space')
    const { events } = await stage.ask<{ events: object[] }>(
      '/api/chronicles/icews/events?world=icews&limit=100',
    )
    await until(
      'they are there',
      async () => (await tab.locator('.mark.chronicle').count()) === events.length,
    )
    await tab.close()
  })
})
