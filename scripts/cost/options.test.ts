import { expect, it } from 'vitest'
import { UsageError } from '../local/options.ts'
import { parseCostOptions } from './options.ts'

it('has defaults', () => {
  expect(parseCostOptions([])).toEqual({ stage: 'dev', freeTier: false, json: false, help: false })
})

it('takes all of them', () => {
  expect(parseCostOptions(['--stage', 'prod', '--free-tier', '--json'])).toEqual({
    ...{ stage: 'prod', freeTier: true, json: true, help: false },
  })
})

it.each([[['--stage', '']], [['--stage', 'a b']], [['--cheap']], [['dev']]])('refuses %j', (args) => {
  expect(() => parseCostOptions(args)).toThrow(UsageError)
})
