import { expect, it } from 'vitest'
import type { ChronicleEvent } from './chronicle-event.ts'
import { digestOf } from './digest.ts'

const event: ChronicleEvent = {
  ...{ id: 'e', timestamp: '2018-01-01T00:00:00.000Z', eventType: 'gift', summary: 'S', action: 'gave' },
  ...{ modality: 'actual', source: 'API', keywords: ['k'], data: { a: 1, b: { c: [1, 2], d: null } } },
  actors: [{ name: 'Ann', entityType: 'Character', role: 'agent' }],
  valence: [{ source: 'Ann', target: 'Ann', type: 'trust', change: 1 }],
  causality: { causedBy: ['x'], causes: [] },
  location: { name: 'Curia' },
  items: [{ name: 'dagger' }],
}

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  )
}

it('is the same for the same event, whatever the order of keys', () => {
  expect(digestOf(reversed(event) as ChronicleEvent)).toBe(digestOf(event))
  expect(digestOf(event)).toMatch(/^[0-9a-f]{64}$/)
})

it.each<Partial<ChronicleEvent>>([
  ...[
    { id: 'f' },
    { timestamp: '2018-01-01T00:00:00.001Z' },
    { eventType: 'x' },
    { summary: 'x' },
    { action: 'x' },
  ],
  ...[{ modality: 'planned' as const }, { source: 'x' }, { keywords: ['k', 'k'] }, { data: {} }],
  { data: { a: 1, b: { c: [2, 1], d: null } } },
  { actors: [{ entityId: 'Ann', name: 'Ann', entityType: 'Character', role: 'agent' }] },
  { actors: [{ name: 'Ann', entityType: 'Character', role: 'agent', context: 'x' }] },
  { valence: [{ source: 'Ann', target: 'Ann', type: 'trust', change: 2 }] },
  { causality: { causedBy: [], causes: ['x'] } },
  ...[
    { location: { entityId: 'Curia' } },
    { location: { name: 'Curia', position: [0, 0, 0] as [number, number, number] } },
  ],
  ...[{ items: [{ name: 'dagger', quantity: 1 }] }, { items: [] }],
])('differs with %j', (fields) => {
  expect(digestOf({ ...event, ...fields })).not.toBe(digestOf(event))
})
