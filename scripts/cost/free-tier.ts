import type { Item } from '#platform/cost/item'
import type { PriceName } from '#platform/cost/prices'

/** What AWS gives every account each month for ever; that of the first year, and credits, are not counted. */
const allowances: { quantity: number; prices: PriceName[] }[] = [
  { quantity: 10, prices: ['alarm'] },
  { quantity: 3, prices: ['dashboard'] },
  { quantity: 10, prices: ['metric'] },
  { quantity: 5, prices: ['logsIngested', 'logsStored'] },
  { quantity: 10_000, prices: ['cognitoUser'] },
  { quantity: 25, prices: ['dynamoStorage'] },
  { quantity: 100, prices: ['internetOut'] },
  { quantity: 14_000_000, prices: ['schedulerRun'] },
  { quantity: 1_000_000, prices: ['lambdaRequest'] },
  { quantity: 400_000, prices: ['lambdaCompute'] },
  { quantity: 1_000, prices: ['snsEmail'] },
  { quantity: 1_000_000, prices: ['sqsStandard', 'sqsFifo'] },
  { quantity: 100_000, prices: ['trace'] },
]

/** The items with the allowances taken off, each from the first items that it holds for. */
export const applyFreeTier = (items: Item[]): Item[] => {
  const left = allowances.map(({ quantity }) => quantity)
  return items.map((item) => {
    const at = allowances.findIndex(({ prices }) => prices.includes(item.price))
    if (at === -1) return item
    const free = Math.min(left[at]!, item.quantity)
    left[at]! -= free
    return { ...item, quantity: item.quantity - free }
  })
}
