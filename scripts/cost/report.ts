import { dollars, type Item } from '#platform/cost/item'
import { prices, pricesDate } from '#platform/cost/prices'
import { type Bill, idleReach, type WorkloadBill } from './bill.ts'
import type { CostOptions } from './options.ts'

/** For people. */
export const reportOf = (bill: Bill, { stage, freeTier }: CostOptions): string => {
  const tier = freeTier ? 'after the free tier' : 'without the free tier'
  return [
    `Stage ${stage} in us-east-1, dollars a month, ${tier}; prices of ${pricesDate}.`,
    `Nobody plays\n${tableOf(bill.idle.items, [], bill.idle.usd)}`,
    ...bill.workloads.map((workload) => workloadReport(workload, bill.idle.usd)),
    ...uncertain(bill),
  ].join('\n\n')
}

const workloadReport = ({ workload, items, notes, usd }: WorkloadBill, idleUsd: number): string => {
  const { name, says } = workload
  const title = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const idle = ['all', 'what it costs while nobody plays', '', '', '', money(idleUsd)]
  return [
    title,
    ...says.map((line) => `  ${line}`),
    tableOf(items, [idle], usd),
    ...notes.map((note) => `  ${note}`),
  ].join('\n')
}

const tableOf = (items: Item[], before: string[][], usd: number): string =>
  table([
    ['service', 'item', 'quantity', 'unit', 'unit price', 'dollars'],
    ...before,
    ...items.map(row),
    ['', '', '', '', 'total', money(usd)],
  ])

const row = (item: Item): string[] => {
  const { unit, unverified } = prices[item.price]
  const price = `${unitPrice(item)}${unverified === undefined ? '' : ' ?'}`
  return [item.service, item.what, quantity(item.quantity), unit, price, money(dollars(item))]
}

const unitPrice = ({ price }: Item): string => {
  const { usd, per } = prices[price]
  const of: Record<number, string> = { 1: '', 1000: ' / 1k', 100000: ' / 100k', 1000000: ' / 1M' }
  return `${usd}${of[per]}`
}

const quantity = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 })

const money = (usd: number): string =>
  usd > 0 && usd < 0.005
    ? '< 0.01'
    : usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const table = (rows: string[][]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  const isText = [true, true, false, true, false, false]
  const cell = (text: string, column: number) =>
    isText[column] ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)
  return rows.map((cells) => `  ${cells.map(cell).join('  ')}`.trimEnd()).join('\n')
}

const uncertain = ({ idle, workloads }: Bill): string[] => {
  const items = [...idle.items, ...workloads.flatMap((workload) => workload.items)]
  const lines = [...new Set(items.map(({ price }) => price))].flatMap((name) => {
    const { unverified, usd, unit } = prices[name]
    return unverified === undefined ? [] : [`  ? ${usd} for ${unit}: ${unverified}`]
  })
  return lines.length === 0 ? [] : [lines.join('\n')]
}

/** For programs: one line. */
export const jsonOf = (bill: Bill, { stage, freeTier }: CostOptions): string =>
  JSON.stringify({
    ...{ cost: stage, region: 'us-east-1', date: pricesDate, freeTier },
    idle: { usd: cents(bill.idle.usd), items: bill.idle.items.map(itemJson) },
    workloads: bill.workloads.map(({ workload, items, notes, usd }) => ({
      ...{ name: workload.name, usd: cents(usd), items: items.map(itemJson), notes },
    })),
    goals: [
      {
        ...{ name: 'idle, dollars a month', value: cents(bill.idle.usd), reach: idleReach },
        holds: bill.isIdleCheap,
      },
    ],
  })

const itemJson = (item: Item) => {
  const { usd, per, unit } = prices[item.price]
  return { ...item, unit, unitUsd: usd, per, usd: dollars(item) }
}

const cents = (usd: number): number => Math.round(usd * 100) / 100
