import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { findingsInAllLooks } from './axe.ts'
import { keepScreenshot } from './screenshot.ts'
import { useStage } from './stage.ts'

const stage = useStage()

const ask = <T>(body: object) => stage.ask<T>('/worlds/earth/query', { method: 'POST', body })

describe('a query', () => {
  test('is completed while it is written, answered as a table, and shown in space', async () => {
    const tab = await stage.open('/w/earth/query')
    const editor = tab.getByRole('textbox', { name: 'Query' })
    await editor.pressSequentially('cla')
    await tab.getByRole('option', { name: /^class/ }).waitFor()
    await tab.keyboard.press('Tab')
    await editor.pressSequentially(' = "Ci')
    await tab.getByRole('option', { name: /^City/ }).waitFor()
    await tab.keyboard.press('Enter')
    await editor.pressSequentially('" and activity > 0.7 sort by activity desc select name, activity')
    await tab.keyboard.press('Escape')
    expect(await editor.inputValue()).toBe(
      'class = "City" and activity > 0.7 sort by activity desc select name, activity',
    )
    await tab.keyboard.press('Control+Enter')
    await tab
      .getByRole('alert')
      .getByText(/line 1/)
      .waitFor()
    const query = 'class = "City" and activity > 0.7 select name, activity sort by activity desc'
    await editor.fill(query)
    await tab.keyboard.press('Control+Enter')
    const { entities } = await ask<{ entities: { id: string; activity: number }[] }>({ query, limit: 100 })
    const rows = tab.getByRole('region', { name: 'Entities' }).locator('tbody tr')
    await until('all are there', async () => (await rows.count()) === entities.length)
    const values = await rows
      .locator('data')
      .evaluateAll((all) => all.map((one) => Number((one as unknown as { value: string }).value)))
    expect(values).toEqual(entities.map(({ activity }) => activity))
    expect(await findingsInAllLooks(tab)).toEqual([])
    await keepScreenshot(tab, 'query')
    await tab.getByRole('link', { name: 'Show in space' }).click()
    await until('they stand out', async () => {
      const shown = await tab.locator('[data-testid=matches] data').getAttribute('value')
      return Number(shown) === entities.length
    })
    await tab.close()
  })

  test('is counted, grouped, explained, and asked as of a moment', async () => {
    const tab = await stage.open(`/w/earth/query?q=count&asOf=2000`)
    const { count } = await ask<{ count: number }>({ query: 'count', asOf: 2000 })
    await until(
      'it is counted',
      async () => Number(await tab.locator('[data-testid=count] data').getAttribute('value')) === count,
    )
    await tab.getByLabel('As of').fill('')
    const editor = tab.getByRole('textbox', { name: 'Query' })
    await editor.fill('group by class count')
    await tab.getByRole('button', { name: 'Run' }).click()
    const { groups } = await ask<{ groups: { value: string; count: number }[] }>({
      query: 'group by class count',
    })
    for (const group of groups) {
      const cell = tab.getByRole('row', { name: group.value }).locator('data')
      await cell.waitFor()
      expect(Number(await cell.getAttribute('value'))).toBe(group.count)
    }
    await editor.fill('name ~ "an"')
    await tab.getByRole('button', { name: 'Explain' }).click()
    await tab.getByRole('heading', { name: 'How it would be answered' }).waitFor()
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.close()
  })

  test('leads from page to page of one moment', async () => {
    const query = 'class = "City" select name'
    const tab = await stage.open(`/w/earth/query?q=${encodeURIComponent(query)}`)
    const rows = tab.getByRole('region', { name: 'Entities' }).locator('tbody tr')
    await until('a page is there', async () => (await rows.count()) === 100)
    await tab.getByRole('button', { name: 'More' }).click()
    await until('two are there', async () => (await rows.count()) === 200)
    await tab.close()
  })

  test('is saved, opened and deleted', async () => {
    const tab = await stage.open('/w/earth/query?q=count')
    await tab.locator('[data-testid=count]').waitFor()
    await tab.getByLabel('Name', { exact: true }).fill('all of them')
    await tab.getByRole('button', { name: 'Save this one' }).click()
    await tab.getByRole('button', { name: 'all of them', exact: true }).waitFor()
    const { query } = await stage.ask<{ query: string }>('/worlds/earth/saved-queries/all%20of%20them')
    expect(query).toBe('count')
    await tab.goto(`${stage.url}/w/earth/query`)
    await tab.getByRole('button', { name: 'all of them', exact: true }).click()
    await tab.locator('[data-testid=count]').waitFor()
    await tab.getByRole('button', { name: 'Delete all of them' }).click()
    await tab.getByText('None yet.').waitFor()
    expect((await stage.ask<{ queries: object[] }>('/worlds/earth/saved-queries')).queries).toEqual([])
    await tab.close()
  })
})
