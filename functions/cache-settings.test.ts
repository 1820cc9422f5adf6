import { expect, test } from 'vitest'
import { readEnvironment } from '#platform/config/environment'
import { cacheOf, cacheSettings } from './cache-settings.ts'

const read = (variables: Record<string, string>) =>
  cacheOf(readEnvironment('a test', cacheSettings, variables))

test('a process has a cache in memory where nothing else is said', () => {
  expect(read({})).toEqual({ kind: 'memory', megabytes: 64 })
  expect(read({ CACHE: 'memory', CACHE_MB: '512' })).toEqual({ kind: 'memory', megabytes: 512 })
  expect(read({ CACHE: 'off' })).toEqual({ kind: 'off' })
  expect(read({ CACHE: 'redis', REDIS_URL: 'rediss://cache.example:6379' })).toEqual({
    ...{ kind: 'redis', url: 'rediss://cache.example:6379' },
  })
})

test.each([
  ['CACHE', { CACHE: 'disk' }],
  ['CACHE_MB', { CACHE_MB: '0' }],
  ['CACHE_MB', { CACHE_MB: '99999' }],
  ['CACHE_MB', { CACHE_MB: '1.5' }],
  ['REDIS_URL', { CACHE: 'redis' }],
  ['REDIS_URL', { CACHE: 'redis', REDIS_URL: 'https://cache.example' }],
])('a setting that is wrong is named: %s', (name, variables) => {
  expect(() => read(variables)).toThrow(new RegExp(`${name}: (must be|is missing)`))
})
