import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CheckpointRef, checkpointKey, parseCheckpointKey } from './checkpoint-key.ts'
import { type CheckpointPolicy, surplusCheckpoints } from './checkpoint-policy.ts'

const minuteMs = 60_000
const startMs = Date.UTC(2026, 10, 21, 9, 58)
const worldId = '01890000-0000-7000-8000-000000000001'

const ref = (tick: number, takenAtMs: number): CheckpointRef => {
  const named = { tick, seq: 3 * tick, takenAtMs, stateHash: 'ab'.repeat(32) }
  return { ...named, key: checkpointKey(worldId, named) }
}

/** What stays when one is taken each `everyMs` and the policy is applied after each. */
const live = (policy: CheckpointPolicy, everyMs: number, count: number): CheckpointRef[] => {
  let refs: CheckpointRef[] = []
  for (let tick = 0; tick < count; tick++) {
    const nowMs = startMs + tick * everyMs
    refs.push(ref(tick, nowMs))
    const surplus = new Set(surplusCheckpoints(refs, policy, nowMs))
    refs = refs.filter((one) => !surplus.has(one))
  }
  return refs
}

const times = (refs: CheckpointRef[]): string[] =>
  refs.map(({ takenAtMs }) => new Date(takenAtMs).toISOString().slice(8, 16))

it('a name tells what it is of, and names sort as ticks do', () => {
  const one = ref(12, startMs)
  expect(parseCheckpointKey(one.key)).toEqual(one)
  const keys = [ref(9, startMs), ref(100, startMs - 1), ref(1e15, 0)].map(({ key }) => key)
  expect(keys.toSorted()).toEqual(keys)
  for (const other of [`checkpoints/${worldId}/1.orc`, `${one.key}x`, 'checkpoints/', ''])
    expect(parseCheckpointKey(other)).toBeUndefined()
})

describe('the policy', () => {
  it('keeps the newest, and the first of each hour and day', () => {
    const kept = live({ newest: 3, hours: 4, days: 3 }, 5 * minuteMs, 12 * 60)
    expect(times(kept)).toEqual([
      ...['21T09:58', '22T00:03', '23T00:03'],
      ...['23T18:03', '23T19:03', '23T20:03', '23T21:03'],
      ...['23T21:43', '23T21:48', '23T21:53'],
    ])
  })

  it('without hours and days keeps the newest alone, and with all of them all', () => {
    expect(live({ newest: 3, hours: 0, days: 0 }, minuteMs, 500).map(({ tick }) => tick)).toEqual([
      ...[497, 498, 499],
    ])
    expect(live({ newest: Number.POSITIVE_INFINITY, hours: 0, days: 0 }, minuteMs, 500)).toHaveLength(500)
  })

  it('always keeps the newest, never more than it says, and nothing that it let go is missed later', () => {
    const policies = fc.record({ newest: fc.integer({ min: 1, max: 5 }), hours: fc.nat(6), days: fc.nat(4) })
    fc.assert(
      fc.property(
        policies,
        fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 150 }),
        (policy, gaps) => {
          let nowMs = startMs
          let refs: CheckpointRef[] = []
          const all: CheckpointRef[] = []
          for (const [tick, minutes] of gaps.entries()) {
            nowMs += minutes * minuteMs
            for (const list of [refs, all]) list.push(ref(tick, nowMs))
            const surplus = new Set(surplusCheckpoints(refs, policy, nowMs))
            refs = refs.filter((one) => !surplus.has(one))
            expect(refs.at(-1)?.tick).toBe(tick)
            expect(refs.length).toBeLessThanOrEqual(policy.newest + policy.hours + policy.days)
          }
          const gone = new Set(surplusCheckpoints(all, policy, nowMs).map(({ tick }) => tick))
          expect(refs.map(({ tick }) => tick)).toEqual(
            all.map(({ tick }) => tick).filter((tick) => !gone.has(tick)),
          )
        },
      ),
    )
  })
})
