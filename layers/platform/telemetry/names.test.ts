import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { metricNames, metricTable } from './names.ts'

test('names, labels and units are those that Prometheus and CloudWatch take', () => {
  for (const name of metricNames) {
    const { kind, unit, labels } = metricTable[name]
    expect(name).toMatch(/^orrery_[a-z]+(_[a-z]+)*$/)
    expect(name.endsWith('_total')).toBe(kind === 'counter')
    expect(name.endsWith('_ms')).toBe(unit === 'Milliseconds')
    expect(name.endsWith('_bytes')).toBe((unit as string) === 'Bytes')
    expect(labels.every((label) => /^[a-z]+$/.test(label) && (label as string) !== 'service')).toBe(true)
  }
})

test('the architecture page has every metric as it is', () => {
  const page = readFileSync(new URL('../../../docs/ARCHITECTURE.md', import.meta.url), 'utf8')
  const cells = page
    .split('\n')
    .filter((line) => line.startsWith('| `orrery_'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  expect(cells.map(([, name, kind, labels, by, help]) => ({ name, kind, labels, by, help }))).toEqual(
    metricNames.map((name) => {
      const { kind, labels, by, help } = metricTable[name]
      return { name: `\`${name}\``, kind, labels: labels.join(', '), by: by.join(', '), help }
    }),
  )
})
