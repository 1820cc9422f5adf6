import { type Item, mergeItems } from '#platform/cost/item'
import type { Deployment } from './deployment.ts'
import { type Load, loadOf } from './load.ts'
import { acuOf, databaseItems, savingByOtherStorage } from './usage-database.ts'
import { ledgerItems } from './usage-ledger.ts'
import { observingItems } from './usage-observing.ts'
import { physicsItems } from './usage-physics.ts'
import { requestItems } from './usage-requests.ts'
import type { Workload } from './workloads.ts'

/** What a workload adds to the idle deployment, a month. */
export interface Usage {
  items: Item[]
  /** What the stage would have to allow for it, and what would be cheaper. */
  notes: string[]
}

export const usageOf = (workload: Workload, deployment: Deployment): Usage => {
  const load = loadOf(workload, deployment)
  const parts = [requestItems, physicsItems, ledgerItems, databaseItems, observingItems]
  const items = mergeItems(parts.flatMap((part) => part(workload, deployment, load)))
  return {
    items: items.toSorted((a, b) => a.service.localeCompare(b.service)),
    notes: notesOf(workload, deployment, load),
  }
}

const notesOf = (workload: Workload, deployment: Deployment, load: Load): string[] => {
  const { maxTasks, aurora } = deployment
  const acu = acuOf(load, workload)
  const saving = Math.round(savingByOtherStorage(workload, deployment, load))
  return [
    ...(load.tasks > maxTasks
      ? [`It needs ${load.tasks} tasks; the stage allows ${maxTasks} (physics.maxTasks).`]
      : []),
    ...(aurora !== undefined && acu > aurora.maxAcu
      ? [`It needs ${acu} ACU; the stage allows ${aurora.maxAcu} (database.maxAcu).`]
      : []),
    ...(saving >= 1
      ? [`Aurora ${aurora?.isIoOptimized ? 'Standard' : 'I/O-Optimized'} would cost ${saving} dollars less.`]
      : []),
  ]
}
