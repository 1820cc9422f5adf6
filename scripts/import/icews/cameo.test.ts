import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { cameoClasses, findCameoClass, verbOf } from './cameo.ts'
import { classesOf } from './source.ts'

const fixture = new URL('../../../test/fixtures/icews/icews18-relation-names.txt', import.meta.url)
const relationNames = readFileSync(fixture, 'utf8').trimEnd().split('\n')

it('has a class for every relation of ICEWS18, and no class twice', () => {
  expect(relationNames).toHaveLength(256)
  const classes = classesOf(new Map(relationNames.entries()))
  expect(new Set([...classes.values()].map(({ code }) => code)).size).toBe(256)
})

it('names every relation without a class', () => {
  const relations = new Map([...relationNames, 'Win a lottery', 'Consulted'].entries())
  expect(() => classesOf(relations)).toThrow(/these relations:\n {2}Win a lottery\n {2}Consulted$/)
})

it('passes over spaces, dashes, brackets and case', () => {
  const { code } = findCameoClass('  refuse to ALLOW international-involvement, non-mediation')!
  expect(code).toBe('1245')
  expect(findCameoClass('Refuse to allow')).toBeUndefined()
})

it('is whole: 292 classes in order, each with its root, a name and a sentence about the target', () => {
  expect(cameoClasses).toHaveLength(292)
  expect(new Set(cameoClasses.map(verbOf)).size).toBe(292)
  const codes = cameoClasses.map(({ code }) => code)
  expect(codes).toEqual([...codes].sort())
  for (const { code, goldstein, root, sentence } of cameoClasses) {
    expect(code).toMatch(/^(0[1-9]|1\d|20)\d{1,2}$/)
    expect(Math.abs(goldstein)).toBeLessThanOrEqual(10)
    expect(root).toBeTypeOf('string')
    expect(sentence.split('~')).toHaveLength(2)
  }
})

it('tells root and quad class by the first two digits', () => {
  const about = (code: string) => {
    const { root, quadClass } = cameoClasses.find((cameo) => cameo.code === code)!
    return { root, quadClass }
  }
  expect(about('057')).toEqual({ root: 'engage in diplomatic cooperation', quadClass: 1 })
  expect(about('060')).toEqual({ root: 'engage in material cooperation', quadClass: 2 })
  expect(about('0874')).toEqual({ root: 'yield', quadClass: 2 })
  expect(about('090')).toEqual({ root: 'investigate', quadClass: 3 })
  expect(about('139')).toEqual({ root: 'threaten', quadClass: 3 })
  expect(about('140')).toEqual({ root: 'protest', quadClass: 4 })
  expect(about('2042')).toEqual({ root: 'use unconventional mass violence', quadClass: 4 })
})

/** GDELT's CAMEO.goldsteinscale.txt: a value holds for all codes that begin so, and for none with a longer rule. */
const gdelt = `
  01 0 | 011 -0.1 | 012 -0.4 | 013 0.4 | 016 -2 | 018 3.4 | 019 3.4
  02 3.4 | 020 3 | 022 3.2 | 024 -0.3 | 025 -0.3 | 026 4 | 027 4 | 028 4
  03 5.2 | 030 4 | 032 4.5 | 0334 6 | 034 7 | 035 7 | 036 4 | 037 5 | 038 7 | 039 5
  04 1 | 042 1.9 | 043 2.8 | 044 2.5 | 045 5 | 046 7
  05 3.5 | 051 3.4 | 053 3.8 | 054 6 | 055 7 | 056 7 | 057 8
  06 7.4 | 060 6 | 061 6.4 | 064 7
  07 7 | 071 7.4 | 072 8.3 | 073 7.4 | 074 8.5
  08 5 | 084 7 | 085 7 | 086 9 | 087 9 | 0874 10
  09 -2 | 10 -5 | 11 -2 | 12 -4 | 125 -5 | 126 -5 | 127 -5 | 128 -5 | 129 -5
  13 -5.8 | 130 -4.4 | 136 -7 | 137 -7 | 138 -7 | 139 -7
  14 -6.5 | 144 -7.5 | 145 -7.5 | 15 -7.2
  16 -4 | 162 -5.6 | 163 -8 | 164 -7 | 165 -6.5 | 166 -7
  17 -5 | 170 -7 | 171 -9.2 | 175 -9
  18 -9 | 182 -9.5 | 1821 -9 | 1822 -9 | 1823 -10 | 183 -10 | 184 -8 | 185 -8 | 186 -10
  19 -10 | 191 -9.5 | 192 -9.5 | 196 -9.5 | 20 -10 | 201 -9.5`
const gdeltRules = new Map(
  gdelt
    .trim()
    .split(/[|\n]/)
    .map((rule) => rule.trim().split(' '))
    .map(([prefix, value]) => [prefix!, Number(value)]),
)

const gdeltValue = (code: string): number | undefined =>
  code === '' ? undefined : (gdeltRules.get(code) ?? gdeltValue(code.slice(0, -1)))

it('agrees with the values that GDELT publishes, but for the four that ICEWS has otherwise', () => {
  const different = cameoClasses
    .filter(({ code, goldstein }) => gdeltValue(code) !== goldstein)
    .map(({ code, goldstein }) => [code, goldstein, gdeltValue(code)])
  expect(different).toEqual([
    ['016', -5, -2],
    ['022', 3.4, 3.2],
    ['164', -6.5, -7],
    ['165', -7, -6.5],
  ])
})
