import fc from 'fast-check'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { told } from './chronicle-harness.ts'

const names = ['Ada', 'ada ', 'Bo', 'Cy', 'Dee-Dee', 'Dee Dee']
const places = ['Mill', 'Inn']

const actor = fc.record(
  {
    name: fc.constantFrom(...names),
    entityType: fc.constantFrom('Character', 'Person'),
    role: fc.constantFrom('agent', 'target', 'recipient', 'group', 'witness'),
    entityId: fc.constantFrom('id-1', 'id-2', 'character:bo'),
  },
  { requiredKeys: ['name', 'entityType', 'role'] },
)

/** Few names, ids, places and times, so that events meet in all ways. */
export const storyEvent = (id: string): fc.Arbitrary<ChronicleEvent> =>
  fc
    .record({
      day: fc.integer({ min: 1, max: 6 }),
      action: fc.constantFrom('gave', 'took', 'hit', 'healed', 'died', 'joined', 'left', 'went', 'pondered'),
      actors: fc.array(actor, { maxLength: 3 }),
      modality: fc.constantFrom(
        'actual' as const,
        'actual' as const,
        'reported' as const,
        'imagined' as const,
      ),
      change: fc.integer({ min: -7, max: 7 }),
      items: fc.subarray(['ring', 'rope']),
      place: fc.option(fc.constantFrom(...places), { nil: undefined }),
    })
    .map(({ day, action, actors, modality, change, items, place }) =>
      told({
        ...{ id, action, modality, timestamp: `2020-01-0${day}T00:00:00.000Z` },
        actors: actors.map((one) => ({ ...one })),
        valence:
          actors.length < 2
            ? []
            : [{ source: actors[0]!.name, target: actors[1]!.name, type: 'trust', change: change / 10 }],
        items: items.map((name) => ({ name })),
        ...(place === undefined
          ? {}
          : { location: { name: place, ...(place === 'Mill' ? { position: [change, 0, day] } : {}) } }),
        data: { amount: Math.abs(change) },
      }),
    )
