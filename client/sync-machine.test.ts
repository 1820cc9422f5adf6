import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SyncEvent, type SyncMachine, type SyncState, step } from './sync-machine.ts'
import { events } from './test-events.ts'
import { after, failed, frameOf, situations, start } from './test-machines.ts'

/**
 * The state after each event (rows) in each situation (columns, as test-machines.ts has them): `~` it waits before it
 * asks, `!` with an error.
 */
const table = `
start                             | init      conn      init      init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
close                             | closed    closed    closed    closed    closed    closed    closed    closed    closed    closed    closed    closed    closed    closed
online                            | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   init      conn      offline
offline                           | closed    closed    closed!   offline   offline   offline   offline   offline   offline   offline   offline   offline   offline   offline
visible                           | closed    closed    closed!   init      init      conn      conn      live      catch     resync    resync    offline   offline   conn
hidden                            | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
refiltered                        | closed    closed    closed!   init      init      resync    resync    resync    resync    resync    resync    offline   offline   offline
tick, soon                        | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
tick, after a retry               | closed    closed    closed!   init      init      conn      conn      live      catch     resync    resync    offline   offline   offline
tick, after silence               | closed    closed    closed!   init~     init      conn~     conn      conn~     conn~     resync~   resync    offline   offline   offline
opened                            | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
heard                             | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
hello                             | closed    closed    closed!   init      init~     live      conn~     live      catch     resync    resync~   offline   offline   offline
hello, ahead                      | closed    closed    closed!   init      init~     catch     conn~     live      catch     resync    resync~   offline   offline   offline
hello, behind                     | closed    closed    closed!   init      init~     resync    conn~     live      catch     resync    resync~   offline   offline   offline
hello of another history          | closed    closed    closed!   init      init~     resync    conn~     live      catch     resync    resync~   offline   offline   offline
frame that leads on               | closed    closed    closed!   init      init~     live      conn~     live      catch     resync    resync~   offline   offline   offline
frame that is old                 | closed    closed    closed!   init      init~     live      conn~     live      catch     resync    resync~   offline   offline   offline
frame after a gap of ticks        | closed    closed    closed!   init      init~     catch     conn~     catch     catch     resync    resync~   offline   offline   offline
frame after a gap of events       | closed    closed    closed!   init      init~     conn      conn~     conn      catch     resync    resync~   offline   offline   offline
frame after too many ticks        | closed    closed    closed!   init      init~     resync    conn~     resync    catch     resync    resync~   offline   offline   offline
digest                            | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
far                               | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
resync                            | closed    closed    closed!   init      init~     resync    conn~     resync    resync    resync    resync~   offline   offline   offline
closing                           | closed    closed    closed!   init      init~     conn      conn~     conn      conn      resync    resync~   offline   offline   offline
init                              | closed    closed    closed!   conn      init~     conn      conn~     live      catch     conn      resync~   offline   offline   offline
snapshots that lead on            | closed    closed    closed!   init      init~     conn      conn~     live      live      resync    resync~   offline   offline   offline
snapshots that lead on to a gap   | closed    closed    closed!   init      init~     conn      conn~     live      conn      resync    resync~   offline   offline   offline
snapshots that are behind         | closed    closed    closed!   init      init~     conn      conn~     live      conn      resync    resync~   offline   offline   offline
snapshots that miss one           | closed    closed    closed!   init      init~     conn      conn~     live      resync    resync    resync~   offline   offline   offline
a failure of the network          | closed    closed    closed!   init~     init~     conn~     conn~     conn~     conn~     resync~   resync~   offline   offline   offline
a failure to get a token          | closed    closed    closed!   init~     init~     conn~     conn~     conn~     conn~     resync~   resync~   offline   offline   offline
status 401                        | closed    closed    closed!   init      init~     conn      conn~     conn      conn      resync    resync~   offline   offline   offline
status 403                        | closed    closed    closed!   closed!   init~     closed!   conn~     closed!   resync    closed!   resync~   offline   offline   offline
status 404                        | closed    closed    closed!   closed!   init~     closed!   conn~     closed!   resync    closed!   resync~   offline   offline   offline
status 410                        | closed    closed    closed!   init      init~     resync    conn~     resync    resync    resync~   resync~   offline   offline   offline
status 422                        | closed    closed    closed!   closed!   init~     closed!   conn~     closed!   resync    closed!   resync~   offline   offline   offline
status 429                        | closed    closed    closed!   init~     init~     conn~     conn~     conn~     conn~     resync~   resync~   offline   offline   offline
status 503                        | closed    closed    closed!   init~     init~     conn~     conn~     conn~     conn~     resync~   resync~   offline   offline   offline
diverged                          | closed    closed    closed!   init      init~     resync    resync~   resync    resync    resync    resync~   offline   offline   offline
an answer to what was given up    | closed    closed    closed!   init      init~     conn      conn~     live      catch     resync    resync~   offline   offline   offline
`

const words: Record<string, SyncState> = {
  ...{ closed: 'closed', init: 'initialising', conn: 'connecting', live: 'live', catch: 'catching-up' },
  ...{ resync: 'resyncing', offline: 'offline' },
}

const expected = new Map(
  table
    .trim()
    .split('\n')
    .map((row) => row.split('|'))
    .map(([event, cells]) => [event!.trim(), cells!.trim().split(/ +/)]),
)

const apply = (machine: SyncMachine, make: (typeof events)[string], random = 0.5) => {
  const { event, afterMs = 1 } = make(machine)
  return step(machine, event, { now: machine.now + afterMs, random })
}

/** What holds of every machine, where it does not. */
const faultsOf = (machine: SyncMachine): string[] => {
  const { state, stream, request, retryAt, cursor, waiting, wakeAt, isLoaded, error } = machine
  const asks = [stream, request, retryAt].map((one) => (one === null ? '-' : 'x')).join('')
  const isActive = state !== 'closed' && state !== 'offline'
  const leadsOn = state === 'connecting' || state === 'live' || state === 'catching-up'
  const wanted = {
    ...{
      closed: ['---'],
      offline: ['---'],
      live: ['x--'],
      'catching-up': ['xx-'],
      connecting: ['x--', '--x'],
    },
    ...{ initialising: ['-x-', '--x'], resyncing: ['-x-', '--x'] },
  }
  const laws = {
    'nothing is undefined': !Object.values(machine).includes(undefined as never),
    [`asks for what ${state} asks for, not ${asks}`]: wanted[state].includes(asks),
    'has a cursor where it leads on from one': !isActive || (cursor !== null) === leadsOn,
    'resyncs what it has': state !== 'initialising' || !isLoaded,
    'has what it resyncs': state !== 'resyncing' || isLoaded,
    'frames wait while it catches up': waiting.length > 0 === (state === 'catching-up'),
    'will be woken': (wakeAt !== null) === isActive,
    'is closed by an error': error === null || state === 'closed',
  }
  return Object.entries(laws).flatMap(([law, holds]) => (holds ? [] : [law]))
}

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(Object.freeze(value))) frozen(part)
  return value
}

describe('every event in every situation', () => {
  it('is in the table', () => {
    expect([...expected.keys()]).toEqual(Object.keys(events))
    for (const cells of expected.values()) expect(cells).toHaveLength(Object.keys(situations).length)
    expect(new Set(Object.values(situations).map(({ state }) => state))).toEqual(
      new Set(Object.values(words)),
    )
  })

  for (const [name, make] of Object.entries(events))
    it(name, () => {
      const outcomes = Object.values(situations).map((machine) => {
        const { machine: next, effects } = apply(frozen(structuredClone(machine)), make)
        expect(faultsOf(next)).toEqual([])
        for (const effect of effects) expect(Object.values(effect)).not.toContain(undefined)
        const word = Object.keys(words).find((key) => words[key] === next.state)!
        return `${word}${next.error ? '!' : ''}${next.retryAt === null ? '' : '~'}`
      })
      expect(outcomes).toEqual(expected.get(name))
    })
})

describe('any events in any order', () => {
  it('leave a sound machine, whose streams and requests are each ended or given up', () => {
    const names = fc.constantFrom(...Object.keys(events))
    const steps = fc.array(
      fc.record({ name: names, random: fc.double({ min: 0, max: 0.99, noNaN: true }) }),
      {
        ...{ maxLength: 40, size: 'max' as const },
      },
    )
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(situations)), steps, (situation, walk) => {
        let machine: SyncMachine = situation
        const open = new Set([machine.stream, machine.request].filter((id) => id !== null))
        for (const { name, random } of walk) {
          const before = machine
          const made = events[name]!(machine)
          const next = apply(machine, () => made, random)
          machine = next.machine
          const { event } = made
          const hasEnded =
            event.type === 'failed' ||
            (event.type === 'init' && before.cursor === null) ||
            (event.type === 'snapshots' && before.state === 'catching-up')
          if (hasEnded) open.delete(event.id)
          for (const effect of next.effects) {
            if (effect.type === 'close-stream' || effect.type === 'cancel-request') open.delete(effect.id)
            if (effect.type === 'open-stream' || effect.type.startsWith('fetch-'))
              open.add((effect as { id: number }).id)
          }
          const kept = [machine.stream, machine.request].filter((id) => id !== null)
          const faults = faultsOf(machine)
          if (faults.length > 0 || open.size !== kept.length || !kept.every((id) => open.has(id)))
            expect.fail(`after ${name}: ${faults.join()} open ${[...open]}, kept ${kept}`)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

const effectsOf = (machine: SyncMachine, event: SyncEvent, afterMs = 1, random = 0.5) =>
  step(machine, event, { now: machine.now + afterMs, random }).effects

describe('what it wants done', () => {
  it('asks for a full state, then for the stream from there', () => {
    const started = step(situations.closed, { type: 'start' }, { now: start, random: 0 })
    expect(started.effects[0]).toEqual({ type: 'fetch-init', id: 1 })
    const event = events.init!(started.machine).event as SyncEvent & { type: 'init' }
    expect(effectsOf(started.machine, event).slice(0, 2)).toEqual([
      { type: 'replace', cursor: event.cursor, entities: event.entities },
      { type: 'open-stream', id: 2, cursor: event.cursor },
    ])
  })

  it('asks for the ticks that a gap lacks, and applies what waited after them, once', () => {
    const id = situations.live.stream!
    const frame = frameOf([7, 12], [7, 13])
    expect(effectsOf(situations.live, { type: 'frame', id, frame })[0]).toMatchObject({
      ...{ type: 'fetch-snapshots', from: 11, to: 1010 },
    })
    const { event } = events['snapshots that lead on']!(situations['catching up'])
    const applied = effectsOf(situations['catching up'], event).filter(({ type }) => type === 'apply')
    expect(applied).toMatchObject([
      { frames: [{ from: { seq: 5, tick: 10 }, cursor: { seq: 7, tick: 11 } }], seq: 5 },
      { frames: [frame], seq: 7 },
    ])
  })

  it('waits a random part of 0.25 s, 0.5 s, … 30 s', () => {
    let machine: SyncMachine = situations.initialising
    const delays = Array.from({ length: 9 }, () => {
      machine = step(machine, failed(machine), { now: machine.now, random: 0.5 }).machine
      const delay = machine.retryAt! - machine.now
      machine = step(machine, { type: 'tick' }, { now: machine.retryAt!, random: 0.5 }).machine
      return delay
    })
    expect(delays).toEqual([125, 250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000])
    const none = step(machine, failed(machine), { now: machine.now, random: 0 }).machine
    expect(none.retryAt).toBe(none.now)
  })

  it('counts anew after it was live for five seconds, and not sooner', () => {
    const worn = { ...situations.live, attempt: 6 }
    const delayAfter = (ms: number) => {
      const { machine } = step(worn, failed(worn), { now: worn.liveSince! + ms, random: 0.5 })
      return machine.retryAt! - machine.now
    }
    expect([delayAfter(4_999), delayAfter(5_000)]).toEqual([8_000, 125])
  })

  it('waits as long as the server asks', () => {
    const failure = { kind: 'http', status: 429, retryAfterMs: 7_000, detail: '' } as const
    const { machine } = step(
      situations.live,
      { type: 'failed', id: situations.live.stream!, failure },
      { now: situations.live.now, random: 0 },
    )
    expect(machine.retryAt).toBe(machine.now + 7_000)
  })

  it('asks for a new token once', () => {
    const refused = events['status 401']!
    const first = apply(situations.live, refused)
    expect(first.effects.map(({ type }) => type)).toEqual(['refresh-token', 'open-stream', 'status'])
    const second = apply(first.machine, refused).machine
    expect(second.error).toMatchObject({ code: 'unauthorised', status: 401 })
    expect(second.error!.message).toContain('option token')
    // one that was taken is as good as new
    const taken = after(first.machine, (m) => ({ type: 'opened', id: m.stream! }))
    expect(apply(taken, refused).machine.state).toBe('connecting')
  })

  it('says at once to give it a token where it has none', () => {
    const settings = { ...situations.live.settings, hasToken: false }
    const { machine } = apply({ ...situations.live, settings }, events['status 401']!)
    expect(machine.error!.message).toContain('give createStateSync the option token')
  })

  it('takes a stream for dead after two and a half heartbeats without a byte', () => {
    const { live } = situations
    const at = (ms: number) =>
      step(live, { type: 'tick' }, { now: live.streamHeardAt + ms, random: 0 }).machine.state
    expect([at(37_499), at(37_500)]).toEqual(['live', 'connecting'])
    const heard = {
      ...live,
      ...after({ ...live, now: live.now + 30_000 }, { type: 'heard', id: live.stream! }),
    }
    expect(step(heard, { type: 'tick' }, { now: heard.now + 37_000, random: 0 }).machine.state).toBe('live')
  })

  it('closes the stream when nobody has looked for a minute', () => {
    const hidden = after(situations.live, { type: 'hidden' })
    const at = (ms: number) =>
      step(hidden, { type: 'tick' }, { now: hidden.hiddenSince! + ms, random: 0 }).machine.state
    const heard = { ...hidden, streamHeardAt: hidden.now + 50_000 }
    expect(at(30_000)).toBe('live')
    expect(
      step(heard, { type: 'tick' }, { now: hidden.hiddenSince! + 60_000, random: 0 }).machine.state,
    ).toBe('offline')
  })

  it('is not put out by a clock that was set back', () => {
    const { machine } = step(situations.live, { type: 'tick' }, { now: 7, random: 0 })
    expect(machine.wakeAt! - machine.now).toBeLessThanOrEqual(37_500)
    expect(step(machine, { type: 'tick' }, { now: 37_600, random: 0 }).machine.state).toBe('connecting')
  })

  it('begins with a full state after a new stream from the same cursor lacks the same', () => {
    const gap = (m: SyncMachine): SyncEvent => ({
      type: 'frame',
      id: m.stream!,
      frame: frameOf([6, 10], [7, 10]),
    })
    const hello = events.hello!
    const anew = after(situations.live, gap)
    expect(anew.state).toBe('connecting')
    expect(after(anew, (m) => hello(m).event, gap)).toMatchObject({ state: 'resyncing', cursor: null })
  })

  it('compares no digest of a tick that the full state was partly ahead of', () => {
    const digest = events.digest!
    const has = (provenAfter: number) =>
      apply({ ...situations.live, provenAfter }, digest).effects.some(({ type }) => type === 'check')
    expect([has(9), has(10)]).toEqual([true, false])
  })

  it('goes on from where the server says it must, without tick snapshots where it has a filter', () => {
    const gap = events['frame after a gap of ticks']!
    expect(apply(situations.live, gap).machine.state).toBe('catching-up')
    expect(apply({ ...situations.live, isFiltered: true }, gap).machine).toMatchObject({
      ...{ state: 'connecting', cursor: { seq: 5, tick: 10 } },
    })
  })

  it('lets a full state be ahead of the stream for a while', () => {
    const { live } = situations
    const unknown = { type: 'diverged', by: 'unknown entity', reason: 'it is gone' } as const
    const stateAt = (ms: number) => step(live, unknown, { now: live.loadedAt + ms, random: 0 }).machine.state
    expect([stateAt(9_999), stateAt(10_000)]).toEqual(['live', 'resyncing'])
    const digest = { ...events.digest!(live).event, digest: { tick: 11 } } as SyncEvent
    const undated = { ...live, cursor: { seq: 5, tick: 11 }, isDated: false }
    const checksAt = (machine: SyncMachine, ms: number) =>
      step(machine, digest, { now: live.loadedAt + ms, random: 0 }).effects.some(
        ({ type }) => type === 'check',
      )
    expect([checksAt(undated, 9_999), checksAt(undated, 10_000)]).toEqual([false, true])
    expect(checksAt({ ...undated, isDated: true }, 9_999)).toBe(true)
  })
})
