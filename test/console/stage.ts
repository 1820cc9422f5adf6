import type { Page } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'
import { type Chromium, startChromium } from '../browser/chromium.ts'
import './shared-stack.ts'

export interface Stage {
  /** Of the API and the console; all files share them. */
  url: string
  chromium: Chromium
  /** A tab at a place of the console, such as `/w/earth/space`; the file fails when the page throws. */
  open(path: string, size?: { width: number; height: number }): Promise<Page>
  /** JSON of the API, or an Error with what it said. */
  ask<T = Record<string, unknown>>(path: string, init?: { method?: string; body?: unknown }): Promise<T>
}

/** A browser beside the stack that all files share. */
export const useStage = (): Stage => {
  const faults: string[] = []
  const stage = { url: inject('stackUrl') } as Stage
  beforeAll(async () => {
    stage.chromium = await startChromium()
  })
  afterAll(async () => {
    await stage.chromium?.stop()
    if (faults.length > 0) throw new Error(`the page failed:\n${faults.join('\n')}`)
  })
  stage.open = async (path, size = { width: 1280, height: 800 }) => {
    const tab = await stage.chromium.context.newPage()
    tab.setDefaultTimeout(15_000)
    await tab.setViewportSize(size)
    tab.on('pageerror', (error) => faults.push(`${path}: ${error.stack ?? error.message}`))
    tab.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
        faults.push(`${path}: ${message.text()}`)
    })
    await tab.goto(stage.url + path)
    return tab
  }
  stage.ask = async (path, { method = 'GET', body } = {}) => {
    const headers = { 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers }
    const answer = await fetch(stage.url + path, { method, ...sent })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return stage
}
