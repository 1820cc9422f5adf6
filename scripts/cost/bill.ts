import { type Item, total } from '#platform/cost/item'
import type { Assembly } from './assembly.ts'
import { readDeployment } from './deployment.ts'
import { applyFreeTier } from './free-tier.ts'
import { idleItems } from './idle.ts'
import { usageOf } from './usage.ts'
import { type Workload, workloads } from './workloads.ts'

/** The idle deployment, in dollars a month, has to stay below this. */
export const idleReach = 5

export interface WorkloadBill {
  workload: Workload
  /** Without those of the idle deployment, which come on top. */
  items: Item[]
  notes: string[]
  /** With them. */
  usd: number
}

/** What a stage costs a month. */
export interface Bill {
  idle: { items: Item[]; usd: number }
  workloads: WorkloadBill[]
  isIdleCheap: boolean
}

/** @throws Unpriced */
export const billOf = (assembly: Assembly, freeTier: boolean): Bill => {
  const before = idleItems(assembly)
  const deployment = readDeployment(assembly)
  // an allowance is one for the whole account: the idle items come first and take what they need of it
  const billed = (items: Item[]): Item[] =>
    freeTier ? applyFreeTier([...before, ...items]) : [...before, ...items]
  const idle = billed([])
  const usd = total(idle)
  return {
    idle: { items: idle, usd },
    workloads: workloads.map((workload) => {
      const { items, notes } = usageOf(workload, deployment)
      const all = billed(items)
      return { workload, notes, items: all.slice(before.length), usd: total(all) }
    }),
    isIdleCheap: usd < idleReach,
  }
}
