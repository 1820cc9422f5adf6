import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { findingsInAllLooks } from './axe.ts'
import { keepScreenshot } from './screenshot.ts'
import { useStage } from './stage.ts'

const stage = useStage()

interface World {
  name: string
  entityCount: number
  relationshipCount: number
  seq: number
}

const cells = (tab: Page, row: string) =>
  tab
    .getByRole('row', { name: row })
    .locator('data')
    .evaluateAll((all) => all.map((one) => Number((one as unknown as { value: string }).value)))

describe('the shell', () => {
  test('lists the worlds with the figures of the API', async () => {
    const tab = await stage.open('/')
    await tab.getByRole('row', { name: 'earth' }).waitFor()
    await until('they are those of the API', async () => {
      const { worlds } = await stage.ask<{ worlds: World[] }>('/worlds')
      await tab.reload()
      await tab.getByRole('row', { name: 'earth' }).waitFor()
      const shown = await Promise.all(worlds.map(({ name }) => cells(tab, name)))
      // a world that is alive may have gone on in between
      return isDeepStrictEqual(
        shown,
        worlds.map(({ entityCount, relationshipCount, seq }) => [entityCount, relationshipCount, seq]),
      )
    })
    expect(await findingsInAllLooks(tab)).toEqual([])
    await keepScreenshot(tab, 'worlds')
    await tab.close()
  })

  test('is led by the keyboard alone', async () => {
    const tab = await stage.open('/')
    await tab.getByRole('link', { name: 'earth' }).waitFor()
    await tab.keyboard.press('Tab')
    expect(await tab.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await tab.keyboard.press('Enter')
    expect(await tab.evaluate('document.activeElement.id')).toBe('main')
    await tab.getByRole('link', { name: 'earth' }).press('Enter')
    await tab.waitForURL('**/w/earth/**')
    await tab.keyboard.press('3')
    await tab.waitForURL('**/w/earth/query')
    await tab.getByRole('link', { name: 'Space' }).focus()
    await tab.keyboard.press('ArrowRight')
    await tab.keyboard.press('Enter')
    await tab.waitForURL('**/w/earth/entity')
    await tab.keyboard.press('?')
    await tab.getByRole('dialog', { name: 'Keys' }).waitFor()
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.keyboard.press('Escape')
    await tab.goBack()
    await tab.waitForURL('**/w/earth/query')
    await tab.close()
  })

  test('leads to the same view of another world, and keeps the theme', async () => {
    const tab = await stage.open('/w/earth/query')
    await tab.getByRole('combobox', { name: 'World' }).selectOption('icews')
    await tab.waitForURL('**/w/icews/query')
    await tab.getByRole('button', { name: /Theme/ }).click()
    await tab.getByRole('button', { name: /Theme/ }).click()
    await tab.reload()
    await tab.getByRole('button', { name: 'Theme: dark' }).waitFor()
    const background = await tab.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(background).toBe('rgb(16, 20, 27)')
    await tab.getByRole('button', { name: /Theme/ }).click()
    await tab.close()
  })

  test('loads less than 200 KB at first, gzipped, and no 3D', async () => {
    const manifest = JSON.parse(readFileSync('console/dist/build-manifest.json', 'utf8'))
    const { file, css = [], imports = [] } = manifest['index.html']
    const first = [
      file,
      ...css,
      ...imports.flatMap((name: string) => [manifest[name].file, ...(manifest[name].css ?? [])]),
    ]
    const sizes = first.map((name: string) => gzipSync(readFileSync(`console/dist/${name}`)).length)
    const total = sizes.reduce((sum: number, size: number) => sum + size, 0)
    console.log(`the first view: ${(total / 1_000).toFixed(1)} KB gzipped in ${first.length} files`)
    expect(total).toBeLessThan(60_000)
    for (const name of first)
      expect(readFileSync(`console/dist/${name}`, 'utf8')).not.toContain('WebGLRenderer')
  })
})
