import { expect, it } from 'vitest'
import { line } from '#platform/cost/item'
import { billOf } from './bill.ts'
import { applyFreeTier } from './free-tier.ts'
import { assemblyOf, smallStacks } from './test-template.ts'

it('takes an allowance off once, from the first lines that it is for', () => {
  const items = [
    line('SQS', 'empty receives', 657_000, 'sqsStandard'),
    line('SQS', 'empty receives', 657_000, 'sqsFifo'),
    line('CloudWatch', 'metrics in alarms', 7, 'alarm'),
    line('CloudWatch', 'more of them', 7, 'alarm'),
    line('CloudWatch', 'dashboards', 1, 'dashboard'),
    line('Secrets Manager', 'secrets', 1, 'secret'),
  ]
  expect(applyFreeTier(items).map(({ quantity }) => quantity)).toEqual([0, 314_000, 0, 4, 0, 1])
})

it('leaves to a workload what the idle deployment has not used', () => {
  const [hobby] = billOf(assemblyOf(smallStacks()), true).workloads
  const [traces] = hobby!.items.filter(({ price }) => price === 'trace')
  // 216,000 of the first in their second, 5,400 of the others; 100,000 are free, of which the sweeps had 122
  expect(traces!.quantity).toBeCloseTo(221_400 - 100_000 + (4 * 730) / 24, 5)
})
