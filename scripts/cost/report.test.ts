import { expect, it } from 'vitest'
import { prices } from '#platform/cost/prices'
import { billOf } from './bill.ts'
import { jsonOf, reportOf } from './report.ts'
import { assemblyOf, smallStacks } from './test-template.ts'

const options = { stage: 'test', freeTier: false, json: false, help: false }
const bill = billOf(assemblyOf(smallStacks()), false)

it('says each line, the totals and what a workload assumes', () => {
  const report = reportOf(bill, options)
  expect(report).toMatch(/Secrets Manager +secrets +1 +secret-months +0\.4 +0\.40/)
  expect(report).toMatch(
    /SQS +empty receives of Lambda, standard +657,000 +requests of 64 KB +0\.4 \/ 1M +0\.26/,
  )
  expect(report).toContain('played 2 hours each day')
  expect(report.match(/total/g)).toHaveLength(4)
  expect(report).toMatch(/\? 0\.156 for|without the free tier/)
})

it('adds up in JSON, on one line', () => {
  const text = jsonOf(bill, options)
  expect(text).not.toContain('\n')
  const { cost, date, idle, workloads, goals } = JSON.parse(text)
  expect([cost, date]).toEqual(['test', '2026-11-21'])
  const sum = (items: { usd: number }[]) => items.reduce((usd, item) => usd + item.usd, 0)
  expect(sum(idle.items)).toBeCloseTo(idle.usd, 2)
  for (const workload of workloads) expect(sum(workload.items) + idle.usd).toBeCloseTo(workload.usd, 1)
  expect(goals).toEqual([{ name: 'idle, dollars a month', value: idle.usd, reach: 5, holds: true }])
})

it.each(Object.entries(prices))('%s has a source and a day', (_, price) => {
  expect(price.usd).toBeGreaterThan(0)
  expect(price.page).toMatch(/^https:\/\/aws\.amazon\.com\/.*pricing/)
  expect(price.readAt).toMatch(/^https:\/\//)
  expect(price.date).toMatch(/^\d{4}-\d\d-\d\d$/)
})
