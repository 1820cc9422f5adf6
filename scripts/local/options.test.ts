import { expect, it } from 'vitest'
import { parseStartOptions, UsageError } from './options.ts'

it('has defaults', () => {
  expect(parseStartOptions([])).toEqual({ port: 7000, dataDir: '.orrery', fresh: false, help: false })
})

it('takes what is given', () => {
  expect(parseStartOptions(['--port', '7001', '--data=x', '--fresh'])).toEqual({
    port: 7001,
    dataDir: 'x',
    fresh: true,
    help: false,
  })
})

it.each([['--fress'], ['--port', '70000'], ['--port', 'x'], ['--port'], ['--data='], ['surplus']])(
  'refuses %s %s',
  (...args) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError)
  },
)
