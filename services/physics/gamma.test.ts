import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drive } from '#platform/arrays/drive'
import type { CommittedEntries, WorldEvent } from '#world/event'
import { defaultWorldSettings, type WorldSettings } from '#world/settings'
import { committed } from '../../test/support/physics-events.ts'
import { allocateBodies } from './bodies.ts'
import { createGamma, type Gamma, gammaUnder, restoreGamma, takeUpCommit } from './gamma.ts'
import { cutCells, findCell, maxGammaCells } from './gamma-cells.ts'
import { stateHash } from './state-hash.ts'

const entriesOf = (event: WorldEvent): CommittedEntries => event.data as CommittedEntries

const gammaOf = (...events: WorldEvent[]): Gamma => {
  const gamma = createGamma({ layer: 'atomic', cell: 0 })
  for (const event of events) takeUpCommit(gamma, entriesOf(event))
  return gamma
}

const weightOf = (gamma: Gamma, x: number, y: number, z: number): number | undefined => {
  const cell = findCell(gamma, x, y, z)
  return cell === -1 ? undefined : gamma.weight[cell]
}

const hashOf = (gamma: Gamma): Promise<string> => drive(stateHash(allocateBodies(), 1, 1, gamma))

const withSettings = (gammaCoupling: number, cell: number | '*', name = 'atomic'): WorldSettings =>
  ({
    ...defaultWorldSettings,
    physics: { ...defaultWorldSettings.physics, gammaCoupling },
    ledger: { ...defaultWorldSettings.ledger, layers: [{ name, cell }] },
  }) as WorldSettings

describe('the latest weight of a cell', () => {
  it('is that of a span that begins after it, and the sum of spans that overlap', () => {
    const first = committed(1, 10, { '0:1:2:3': 4, '0:-1:0:0': 1 })
    expect(weightOf(gammaOf(first), 1, 2, 3)).toBe(4)
    expect(weightOf(gammaOf(first, committed(11, 20, { '0:1:2:3': 7 })), 1, 2, 3)).toBe(7)
    const overlapping = gammaOf(
      first,
      committed(5, 12, { '0:1:2:3': 7 }),
      committed(12, 12, { '0:1:2:3': 1 }),
    )
    expect(weightOf(overlapping, 1, 2, 3)).toBe(12)
    expect(weightOf(overlapping, -1, 0, 0)).toBe(1)
    expect(weightOf(overlapping, 3, 2, 1)).toBeUndefined()
  })

  it('is not changed by corrections, other layers, and cells of another size', () => {
    const gamma = gammaOf(
      committed(1, 10, { '0:1:2:3': 4 }),
      committed(11, 20, { '0:1:2:3': 9 }, { correction: true }),
      committed(11, 20, { '6:1:2:3': 9 }),
      committed(11, 20, { '0:1:2:3': 9 }, { layer: 'planetary' }),
    )
    expect(gamma.count).toBe(1)
    expect(weightOf(gamma, 1, 2, 3)).toBe(4)
  })

  it('is refused where a commit of the layer comes without its entries', () => {
    const { entries, ...bare } = entriesOf(committed(1, 10, { '0:1:2:3': 4 }))
    expect(() => takeUpCommit(gammaOf(), bare)).toThrow('without its entries')
    expect(takeUpCommit(gammaOf(), { ...bare, layer: 'planetary' })).toBe(false)
  })
})

it('is found among many, anywhere in the world, in any order, and after a copy', async () => {
  const coordinate = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 - 1 }),
  )
  const cells = fc.uniqueArray(fc.tuple(coordinate, coordinate, coordinate), {
    selector: String,
    maxLength: 400,
  })
  await fc.assert(
    fc.asyncProperty(cells, async (found) => {
      const weights = found.map(([x, y, z], index) => [`0:${x}:${y}:${z}`, index + 1] as const)
      const gamma = gammaOf(committed(1, 10, Object.fromEntries(weights)))
      const backwards = gammaOf(
        ...weights.toReversed().map((one) => committed(1, 10, Object.fromEntries([one]))),
      )
      const copy = restoreGamma(gamma, cutCells(gamma))
      for (const [index, [x, y, z]] of found.entries())
        for (const one of [gamma, backwards, copy]) expect(weightOf(one, x, y, z)).toBe(index + 1)
      expect(await hashOf(backwards)).toBe(await hashOf(gamma))
      expect(await hashOf(copy)).toBe(await hashOf(gamma))
    }),
    { numRuns: 40 },
  )
})

it('is part of the state hash where there is any', async () => {
  const none = await drive(stateHash(allocateBodies(), 1, 1, undefined))
  expect(await hashOf(gammaOf())).toBe(none)
  const some = [
    gammaOf(committed(1, 10, { '0:1:2:3': 4 })),
    gammaOf(committed(1, 10, { '0:1:2:3': 5 })),
    gammaOf(committed(1, 11, { '0:1:2:3': 4 })),
    gammaOf(committed(1, 10, { '0:3:2:1': 4 })),
  ]
  expect(new Set([none, ...(await Promise.all(some.map(hashOf)))]).size).toBe(5)
})

it('begins anew with another layer or cell, and is not kept without a coupling', () => {
  const gamma = gammaOf(committed(1, 10, { '0:1:2:3': 4 }))
  expect(gammaUnder(withSettings(0.5, 0), gamma)).toBe(gamma)
  expect(gammaUnder(withSettings(-2, 0), gamma)).toBe(gamma)
  expect(gammaUnder(withSettings(0.5, 1), gamma)).toMatchObject({ count: 0, cell: 1, layer: 'atomic' })
  expect(gammaUnder(withSettings(0.5, 0, 'solar'), gamma)).toMatchObject({ count: 0, layer: 'solar' })
  expect(gammaUnder(withSettings(0, 0), gamma)).toBeUndefined()
  expect(gammaUnder(withSettings(0.5, '*'), gamma)).toBeUndefined()
  expect(
    gammaUnder({ ...withSettings(1, 0), ledger: { ...defaultWorldSettings.ledger, layers: [] } }, gamma),
  ).toBe(undefined)
})

it('forgets the cells of longest ago when a commit brings more than there is room for', () => {
  const count = maxGammaCells - 1
  const at = new Float64Array(3 * count)
  for (let cell = 0; cell < count; cell++) at[3 * cell] = cell
  const epochEnd = new Float64Array(count).fill(20).fill(10, 0, 5)
  const cells = { count, at, weight: new Float64Array(count).fill(1), epochEnd }
  const gamma = restoreGamma({ layer: 'atomic', cell: 0 }, cells)
  takeUpCommit(gamma, entriesOf(committed(21, 30, { '0:0:0:-1': 3, '0:0:0:-2': 3 })))
  expect(gamma.count).toBe(count - 5 + 2)
  expect([0, 4, 5, count - 1].map((x) => weightOf(gamma, x, 0, 0))).toEqual([undefined, undefined, 1, 1])
  expect(weightOf(gamma, 0, 0, -2)).toBe(3)
})
