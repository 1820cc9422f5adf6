import { expect, test } from 'vitest'
import { readEnvironment } from '#platform/config/environment'
import { tickStoreOf, tickStoreSettings } from './settings.ts'

const read = (variables: Record<string, string>) =>
  tickStoreOf(readEnvironment('a test', tickStoreSettings, variables))

const memory = { kind: 'memory', megabytes: 256 }
const table = { kind: 'dynamodb', table: 'ticks', region: 'eu-central-1' }
const inTable = { TICKS_TABLE: 'ticks', AWS_REGION: 'eu-central-1' }

test.each([
  [{}, memory, 600],
  [{ TICKS: 'memory', TICKS_MB: '8', TICKS_TTL_SECONDS: '60' }, { kind: 'memory', megabytes: 8 }, 60],
  [{ TICKS: 'redis', REDIS_URL: 'redis://a' }, { kind: 'redis', url: 'redis://a' }, 600],
  [{ REDIS_URL: 'redis://a' }, memory, 600],
  [inTable, table, 600],
  [{ ...inTable, TICKS: 'dynamodb' }, table, 600],
  [{ ...inTable, TICKS: 'memory' }, memory, 600],
  [{ ...inTable, TICKS: 'redis', REDIS_URL: 'redis://a' }, { kind: 'redis', url: 'redis://a' }, 600],
])('%o', (variables, store, ttlSeconds) => {
  expect(read(variables as Record<string, string>)).toEqual({ store, ttlSeconds })
})

test.each([
  ['TICKS', { TICKS: 'disk' }],
  ['TICKS_MB', { TICKS_MB: '0' }],
  ['TICKS_TTL_SECONDS', { TICKS_TTL_SECONDS: '3601' }],
  ['TICKS_TTL_SECONDS', { TICKS_TTL_SECONDS: '60.5' }],
  ['REDIS_URL', { TICKS: 'redis' }],
  ['REDIS_URL', { TICKS: 'redis', REDIS_URL: 'https://cache.example' }],
  ['TICKS_TABLE', { TICKS: 'dynamodb', AWS_REGION: 'eu-central-1' }],
  ['AWS_REGION', { TICKS_TABLE: 'ticks' }],
])('a setting that is wrong is named: %s', (name, variables) => {
  expect(() => read(variables as Record<string, string>)).toThrow(new RegExp(`${name}: (must be|is missing)`))
})
