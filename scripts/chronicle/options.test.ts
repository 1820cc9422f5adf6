import { describe, expect, it } from 'vitest'
import { UsageError } from '../local/options.ts'
import { parseChronicleOptions } from './options.ts'

describe('the command line of chronicles', () => {
  it('is read', () => {
    expect(parseChronicleOptions(['backfill', '--world', 'w', '--batch', '7'])).toEqual({
      ...{ command: 'backfill', world: 'w', tenant: 'local', dataDir: '.orrery', databaseUrl: undefined },
      batchEvents: 7,
    })
    expect(parseChronicleOptions([])).toEqual({ command: 'help' })
  })

  it.each([
    [['backfill'], '--world is missing'],
    [['tell', '--world', 'w'], "there is no command 'tell'"],
    [['verify', 'now', '--world', 'w'], "'now' is not understood"],
    [['rebuild', '--world', 'w', '--batch', '0'], '--batch must be a whole number'],
    [['rebuild', '--world', 'w', '--fast'], '--fast'],
  ])('refuses %j', (args, message) => {
    expect(() => parseChronicleOptions(args)).toThrow(UsageError)
    expect(() => parseChronicleOptions(args)).toThrow(message)
  })
})
