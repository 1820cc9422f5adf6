import { describe, expect, it } from 'vitest'
import { parseStartOptions, UsageError } from './options.ts'

const defaults = {
  ...{ host: '127.0.0.1', port: 7000, dataDir: '.orrery', fresh: false, help: false },
  ...{ identity: undefined, limits: undefined, cache: { kind: 'memory', megabytes: 384 } },
}

it('has defaults', () => {
  expect(parseStartOptions([])).toEqual(defaults)
})

it('takes what is given', () => {
  expect(parseStartOptions(['--port', '7001', '--data=x', '--fresh'])).toEqual({
    ...defaults,
    port: 7001,
    dataDir: 'x',
    fresh: true,
  })
})

it.each([['--fresch'], ['--port', '70000'], ['--port', 'x'], ['--port'], ['--data='], ['surplus']])(
  'refuses %s %s',
  (...args) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError)
  },
)

describe('who may come in', () => {
  const issuer = ['--issuer', 'https://issuer.example', '--audience', 'orrery']

  it.each(['0.0.0.0', '::', '192.0.2.1', 'orrery.example'])(
    'nobody from elsewhere without a token: %s',
    (host) => {
      expect(() => parseStartOptions(['--host', host])).toThrow(/--issuer URL --audience A/)
      expect(parseStartOptions(['--host', host, ...issuer])).toMatchObject({
        host,
        identity: { issuer: 'https://issuer.example', audience: 'orrery' },
      })
    },
  )

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('everybody on this machine: %s', (host) => {
    expect(parseStartOptions(['--host', host])).toMatchObject({ host, identity: undefined })
  })

  it('takes the name of the tenant’s claim', () => {
    const { identity } = parseStartOptions([...issuer, '--tenant-claim', 'custom:tenant'])
    expect(identity?.tenantClaim).toBe('custom:tenant')
  })

  it.each([
    [['--issuer', 'https://issuer.example'], 'needs --audience'],
    [['--audience', 'orrery'], 'need --issuer'],
    [['--issuer', 'issuer', '--audience', 'a'], '--issuer takes a URL'],
    [['--issuer', 'http://issuer.example', '--audience', 'a'], 'https'],
    [['--limits', '{'], '--limits: must be JSON'],
    [['--limits', '{"default": {"requestsPerSecond": 1, "burst": 1}}'], '--limits: default.burst must be'],
  ])('refuses %j', (args, message) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError)
    expect(() => parseStartOptions(args)).toThrow(message)
  })
})

describe('the cache of entities', () => {
  it('has the memory that it is given, or none, or a server of its own', () => {
    expect(parseStartOptions(['--cache-mb', '32']).cache).toEqual({ kind: 'memory', megabytes: 32 })
    expect(parseStartOptions(['--cache-mb', '0']).cache).toEqual({ kind: 'off' })
    const url = 'redis://127.0.0.1:6379'
    expect(parseStartOptions(['--redis-url', url]).cache).toEqual({ kind: 'redis', url })
  })

  it.each([
    ['--cache-mb', 'much'],
    ['--cache-mb', '99999'],
    ['--redis-url', 'http://127.0.0.1'],
    ['--redis-url', 'redis://127.0.0.1', '--cache-mb', '1'],
  ])('refuses %s %s %s %s', (...args) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError)
  })
})
