import { expect, it } from 'vitest'
import { UsageError } from '../local/options.ts'
import { parseTokenOptions } from './options.ts'

it('takes a tenant and scopes, and has defaults for the rest', () => {
  expect(parseTokenOptions(['--tenant', 'acme', '--scope', 'world:read,world:write'])).toEqual({
    ...{ tenant: 'acme', scopes: ['world:read', 'world:write'], subject: 'developer', hours: 24 },
    dataDir: '.orrery',
  })
  expect(parseTokenOptions(['--help'])).toBeUndefined()
})

it.each([
  [['--scope', 'world:read'], '--tenant is missing'],
  [['--tenant', 'acme'], '--scope is missing'],
  [['--tenant', 'ac me', '--scope', 'world:read'], '--tenant takes'],
  [['--tenant', 'acme', '--scope', 'world:red'], "no scope 'world:red', only world:read"],
  [['--tenant', 'acme', '--scope', ' '], '--scope takes'],
  [['--tenant', 'acme', '--scope', 'world:read', '--hours', '0'], '--hours takes'],
  [['--tenant', 'acme', '--scope', 'world:read', '--hours', '1e9'], '--hours takes'],
  [['--tenant', 'acme', '--scope', 'world:read', '--subject', ''], '--subject takes'],
  [['--tenannt', 'acme'], 'tenannt'],
])('refuses %j', (args, message) => {
  expect(() => parseTokenOptions(args)).toThrow(UsageError)
  expect(() => parseTokenOptions(args)).toThrow(message)
})
