import { expect, it } from 'vitest'
import { watchPage } from './page.ts'

it('tells what the page says, from what it is at first to the end', () => {
  const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' })
  const page = Object.assign(new EventTarget(), { document, navigator: { onLine: false } })
  const told: string[] = []
  const end = watchPage(({ type }) => told.push(type), page)
  document.visibilityState = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
  page.dispatchEvent(new Event('online'))
  page.dispatchEvent(new Event('offline'))
  end()
  page.dispatchEvent(new Event('online'))
  expect(told).toEqual(['hidden', 'offline', 'visible', 'online', 'offline'])
})

it('takes a platform that knows neither for one that is looked at and online', () => {
  const told: string[] = []
  watchPage(({ type }) => told.push(type), {})()
  expect(told).toEqual(['visible', 'online'])
})
