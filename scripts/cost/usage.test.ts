import { describe, expect, it } from 'vitest'
import { dollars, type Item } from '#platform/cost/item'
import { readDeployment } from './deployment.ts'
import { assemblyOf, type Stacks, smallStacks } from './test-template.ts'
import { usageOf } from './usage.ts'
import { workloads } from './workloads.ts'

const [hobby, thousand, million] = workloads as [
  (typeof workloads)[number],
  (typeof workloads)[number],
  (typeof workloads)[number],
]

const usage = (workload: (typeof workloads)[number], stacks: Stacks = smallStacks()) =>
  usageOf(workload, readDeployment(assemblyOf(stacks)))

const quantity = (items: Item[], what: string, price: Item['price']): number =>
  items.find((item) => item.what === what && item.price === price)?.quantity ?? Number.NaN

describe('a hobby world', () => {
  const { items, notes } = usage(hobby)

  it('pays for its requests, once each', () => {
    // 60 hours: one write a second, one read each 2 s
    expect(quantity(items, 'requests', 'apiRequest')).toBe(216_000 + 108_000)
    expect(quantity(items, 'rate limits', 'dynamoWrite')).toBe(324_000)
    expect(quantity(items, 'events', 'customEvent')).toBe(216_000)
    // sent, received and deleted
    expect(quantity(items, 'events to the physics', 'sqsFifo')).toBe(3 * 216_000)
  })

  it('pays Lambda by the memory that the template gives', () => {
    // 40 ms at 512 MB, 25 ms at 1,024 MB
    expect(quantity(items, 'writes', 'lambdaCompute')).toBe(216_000 * 0.04 * 0.5)
    expect(quantity(items, 'reads', 'lambdaCompute')).toBe(108_000 * 0.025)
    const stacks = smallStacks()
    stacks.api!.Ingest!.Properties!.MemorySize = 1_024
    expect(quantity(usage(hobby, stacks).items, 'writes', 'lambdaCompute')).toBe(216_000 * 0.04)
  })

  it('pays for one task, and for Aurora until it pauses', () => {
    expect(quantity(items, 'physics, CPU', 'fargateVcpu')).toBe(30)
    expect(quantity(items, 'physics, memory', 'fargateMemory')).toBe(60)
    // 60 hours and 5 minutes after each of 30 evenings, at 0.5 ACU
    expect(quantity(items, 'capacity', 'auroraAcu')).toBe(0.5 * 62.5)
  })

  it('fits into the stage', () => {
    expect(notes).toEqual([])
  })
})

describe('1,000 active worlds', () => {
  it('need more tasks and capacity than the stage allows, and say so', () => {
    const { items, notes } = usage(thousand)
    expect(quantity(items, 'physics, CPU', 'fargateVcpu')).toBe(50 * 0.5 * 730)
    expect(notes).toContain('It needs 50 tasks; the stage allows 1 (physics.maxTasks).')
    expect(notes).toContainEqual(expect.stringMatching(/^It needs .* ACU; the stage allows 4/))
  })

  it('need a task for each core that their bodies keep busy', () => {
    const busy = { ...thousand, bodies: 4_000 }
    // 40,000,000 bodies' ticks a second, 400,000 a core, half a core a task
    expect(quantity(usage(busy).items, 'physics, CPU', 'fargateVcpu')).toBe(200 * 0.5 * 730)
  })
})

describe('a million bodies', () => {
  it('have one task of their own size', () => {
    const { items } = usage(million)
    expect(quantity(items, 'physics, CPU', 'fargateVcpu')).toBe(16 * 730)
    expect(quantity(items, 'physics, memory', 'fargateMemory')).toBe(32 * 730)
  })

  it('pay for I/O by the request, or not at all', () => {
    const { items, notes } = usage(million)
    // 150,000 rows a second of 200 bytes in pages of 4 KB, and a little
    expect(quantity(items, 'I/O', 'auroraIo') / (730 * 3_600)).toBeCloseTo(7_328, -2)
    expect(notes).toContainEqual(expect.stringMatching(/^Aurora I\/O-Optimized would cost \d+ dollars less/))
    const stacks = smallStacks()
    stacks.data!.Cluster!.Properties!.StorageType = 'aurora-iopt1'
    const optimized = usage(million, stacks)
    expect(quantity(optimized.items, 'I/O', 'auroraIo')).toBeNaN()
    expect(optimized.notes.join()).not.toMatch(/less/)
  })

  it('pay for deleted checkpoints where the bucket keeps versions', () => {
    const stored = (properties: Record<string, unknown>) => {
      const stacks = smallStacks()
      stacks.data!.Objects!.Properties = properties
      return quantity(usage(million, stacks).items, 'checkpoints', 's3Storage')
    }
    const versioned = { VersioningConfiguration: { Status: 'Enabled' } }
    const rule = (NoncurrentDays: number, Prefix?: string) => ({
      ...{ Status: 'Enabled', Prefix, NoncurrentVersionExpiration: { NoncurrentDays } },
    })
    // three and 24 of 60 MB; one each 30 s for a month; for a day
    const kept = 27 * 0.06
    expect(stored({})).toBeCloseTo(kept)
    expect(stored(versioned)).toBeCloseTo(kept + 87_600 * 0.06)
    const rules = [rule(30), rule(1, 'checkpoints/'), rule(1, 'other/')]
    expect(stored({ ...versioned, LifecycleConfiguration: { Rules: rules } })).toBeCloseTo(
      kept + 2_920 * 0.06,
    )
  })
})

it('costs more the more there is', () => {
  const usd = workloads.map((workload) => usage(workload).items.reduce((sum, item) => sum + dollars(item), 0))
  expect(usd[0]).toBeLessThan(20)
  expect(usd[1]).toBeGreaterThan(1_000)
  expect(usd[2]).toBeGreaterThan(1_000)
})

it('names the function that a template lacks', () => {
  const stacks = smallStacks()
  delete stacks.api!.Authorizer
  expect(() => usage(hobby, stacks)).toThrow(/no function authorizer/)
})
