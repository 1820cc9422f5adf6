import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findChromium } from './find-chromium.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-chromium-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const program = (place: string, name: string, mode = 0o755): string => {
  mkdirSync(join(folder, place), { recursive: true })
  writeFileSync(join(folder, place, name), '#!/bin/sh\n')
  chmodSync(join(folder, place, name), mode)
  return join(folder, place, name)
}
const path = (...places: string[]) => places.map((place) => join(folder, place)).join(delimiter)

describe('the browser of the tests', () => {
  test('is the first of its names on the PATH', () => {
    program('a', 'google-chrome')
    program('a', 'chromium-browser', 0o644)
    mkdirSync(join(folder, 'b', 'chromium'), { recursive: true })
    const chrome = join(folder, 'a', 'google-chrome')
    expect(findChromium({ PATH: path('nowhere', 'a', 'b') })).toBe(chrome)
    const chromium = program('c', 'chromium')
    expect(findChromium({ PATH: path('a', 'c') })).toBe(chromium)
  })

  test('is the one that is named', () => {
    program('a', 'chromium')
    const own = program('b', 'my-browser')
    expect(findChromium({ PATH: path('a'), CHROMIUM: own })).toBe(own)
    expect(() => findChromium({ PATH: path('a'), CHROMIUM: `${own}-2` })).toThrow(
      /CHROMIUM is .*my-browser-2/,
    )
  })

  test('or there is a word on what to install', () => {
    expect(() => findChromium({ PATH: path('a') })).toThrow(/apt-get install chromium.*CHROMIUM/)
  })
})
