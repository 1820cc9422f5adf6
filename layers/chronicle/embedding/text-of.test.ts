import { expect, it } from 'vitest'
import type { ChronicleEvent } from '../chronicle-event.ts'
import { embedderLimits } from './embedder.ts'
import { textOf } from './text-of.ts'

const event: ChronicleEvent = {
  ...{
    id: 'e1',
    timestamp: '1204-04-12T00:00:00.000Z',
    eventType: 'gift',
    modality: 'actual',
    source: 'NARRATOR',
  },
  summary: 'Lyra hands the lantern to Tom.',
  actors: [
    { name: 'Lyra', entityType: 'Character', role: 'agent' },
    { name: 'Tom', entityType: 'Character', role: 'recipient' },
    { name: 'Lyra', entityType: 'Character', role: 'witness' },
  ],
  action: 'gave',
  ...{ valence: [], causality: { causedBy: [], causes: [] }, data: { secret: 'x' } },
  keywords: ['lantern', 'harbour'],
}

it('is what was said, who took part once each, what they did, and the keywords', () => {
  expect(textOf(event)).toBe('Lyra hands the lantern to Tom.\nLyra, Tom\ngave\nlantern, harbour')
  expect(textOf({ ...event, keywords: [], actors: [] })).toBe('Lyra hands the lantern to Tom.\ngave')
})

it('is no longer than an embedder takes, and no half of a character is left at its end', () => {
  const summary = `${'a'.repeat(embedderLimits.characters - 1)}😀`
  const text = textOf({ ...event, summary })
  expect(text.length).toBe(embedderLimits.characters)
  expect(text.isWellFormed()).toBe(true)
})
