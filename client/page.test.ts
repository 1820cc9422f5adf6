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
  document.dispatchEvent(new Event('resume'))
  page.navigator.onLine = true
  document.dispatchEvent(new Event('freeze'))
  document.dispatchEvent(new Event('resume'))
  end()
  page.dispatchEvent(new Event('online'))
  document.dispatchEvent(new Event('freeze'))
  const atFirst = ['hidden', 'offline']
  expect(told).toEqual([...atFirst, 'visible', 'online', 'offline', 'offline', 'offline', 'online'])
})

it('takes a platform that knows neither for one that is looked at and online', () => {
  const told: string[] = []
  watchPage(({ type }) => told.push(type), {})()
  expect(told).toEqual(['visible', 'online'])
})
