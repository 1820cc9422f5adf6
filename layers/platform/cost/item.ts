import { type PriceName, prices } from './prices.ts'

/** A line of a bill: so much of something, a month. */
export interface Item {
  service: string
  what: string
  /** In the unit of the price. */
  quantity: number
  price: PriceName
}

/** A resource of the template that the model cannot price: its cost would be hidden. */
export class Unpriced extends Error {
  readonly code = 'unpriced'
}

export const line = (service: string, what: string, quantity: number, price: PriceName): Item => ({
  ...{ service, what, quantity, price },
})

/** US dollars a month. */
export const dollars = ({ quantity, price }: Item): number =>
  (quantity * prices[price].usd) / prices[price].per

export const total = (items: Item[]): number => items.reduce((sum, item) => sum + dollars(item), 0)

/** Lines that say the same, but for the quantity, become one; in the order of their first. */
export const mergeItems = (items: Item[]): Item[] => {
  const merged = new Map<string, Item>()
  for (const item of items) {
    const key = JSON.stringify([item.service, item.what, item.price])
    const known = merged.get(key)
    if (known === undefined) merged.set(key, { ...item })
    else known.quantity += item.quantity
  }
  return [...merged.values()]
}

/** Hours in a month, as AWS counts them: a twelfth of a year. */
export const monthHours = 730
export const monthSeconds = monthHours * 3_600

/** The requests that SQS, and the events that EventBridge, makes of so many bytes. */
export const piecesOf64Kb = (bytes: number): number => Math.max(1, Math.ceil(bytes / 65_536))
