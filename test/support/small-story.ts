import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { told } from './chronicle-harness.ts'

type Actors = Record<string, string>

const classOf: Record<string, string> = {
  ...{ ada: 'Character', bo: 'Character', cy: 'Character', dot: 'Character', eli: 'Character' },
  ...{ mill: 'Place', inn: 'Place', guild: 'Faction', ring: 'Item' },
}
const nameOf: Record<string, string> = {
  ...{ ada: 'Ada', bo: 'Bo', cy: 'Cy', dot: 'Dot', eli: 'Eli', mill: 'The Mill', inn: 'The Inn' },
  ...{ guild: 'The Guild', ring: 'Silver Ring' },
}

/** `actors`: role by entity id. */
const event = (
  number: number,
  day: number,
  action: string,
  actors: Actors,
  more: Partial<ChronicleEvent> = {},
): ChronicleEvent =>
  told({
    id: `e${String(number).padStart(2, '0')}`,
    timestamp: `2020-03-${String(day).padStart(2, '0')}T12:00:00.000Z`,
    action,
    summary: `${Object.keys(actors)
      .map((id) => nameOf[id])
      .join(' and ')} ${action}`,
    actors: Object.entries(actors).map(([entityId, role]) => ({
      ...{ entityId, name: nameOf[entityId]!, entityType: classOf[entityId]!, role },
    })),
    ...more,
  })

const at = (place: string, ...position: number[]) => ({
  location: {
    ...{ entityId: place, name: nameOf[place]! },
    ...(position.length === 3 && { position: position as [number, number, number] }),
  },
})
const feels = (source: string, target: string, change: number, type = 'trust') => ({
  valence: [{ source, target, type, change }],
})
const ring = { items: [{ entityId: 'ring', name: 'Silver Ring' }] }
const after = (...ids: string[]) => ({ causality: { causedBy: ids, causes: [] } })

/** A story of 30 events, told out of order of its ids now and then; e30 contradicts e20. */
export const smallStory: ChronicleEvent[] = [
  event(1, 1, 'born', { ada: 'agent' }),
  event(2, 1, 'born', { bo: 'agent' }),
  event(3, 2, 'moved', { ada: 'agent' }, at('mill', 10, 0, 0)),
  event(4, 2, 'moved', { bo: 'agent' }, at('mill', 13, 4, 0)),
  event(5, 3, 'moved', { cy: 'agent' }, at('inn', 100, 0, 0)),
  event(6, 3, 'moved', { dot: 'agent' }, at('mill', 10, 0, 30)),
  event(7, 4, 'acquired', { ada: 'agent' }, ring),
  event(8, 5, 'talked', { ada: 'agent', bo: 'target' }, feels('ada', 'bo', 0.5)),
  event(9, 5, 'talked', { bo: 'agent', ada: 'target' }, feels('bo', 'ada', 0.25)),
  event(10, 6, 'gave', { ada: 'agent', bo: 'recipient' }, { ...ring, ...after('e08') }),
  event(11, 7, 'lied', { bo: 'agent', ada: 'target' }, { ...feels('ada', 'bo', -0.75), ...after('e10') }),
  event(12, 7, 'helped', { dot: 'agent', ada: 'target' }, feels('dot', 'ada', 0.875)),
  event(13, 8, 'praised', { cy: 'agent', ada: 'target' }, feels('cy', 'ada', 0.625)),
  event(14, 8, 'thanked', { ada: 'agent', dot: 'target' }, feels('ada', 'dot', 0.375)),
  event(15, 9, 'joined', { cy: 'agent', guild: 'group' }),
  event(16, 9, 'joined', { dot: 'agent', guild: 'group' }),
  event(17, 10, 'damaged', { cy: 'agent', bo: 'target' }, { data: { amount: 30 }, ...after('e11') }),
  event(18, 11, 'gave', { bo: 'agent', cy: 'recipient' }, ring),
  event(19, 12, 'moved', { bo: 'agent' }, at('inn', 101, 2, 2)),
  event(20, 13, 'killed', { cy: 'agent', bo: 'victim' }, { ...at('inn', 100, 0, 0), ...after('e17') }),
  event(21, 14, 'blamed', { ada: 'agent', bo: 'topic', cy: 'target' }, feels('ada', 'cy', -1)),
  event(22, 15, 'left', { dot: 'agent', guild: 'group' }),
  event(23, 16, 'moved', { eli: 'agent' }, at('mill', 11, 0, 0)),
  event(24, 17, 'befriended', { eli: 'agent', ada: 'target' }, feels('eli', 'ada', 0.125)),
  event(25, 18, 'lost', { cy: 'agent' }, ring),
  event(26, 19, 'acquired', { ada: 'agent' }, ring),
  event(27, 20, 'moved', { cy: 'agent' }, at('mill', 12, 0, 0)),
  event(
    28,
    21,
    'rumored',
    { dot: 'agent', cy: 'target' },
    { ...feels('dot', 'cy', -0.5), modality: 'rumored' },
  ),
  event(29, 22, 'noticed', { ada: 'agent', cy: 'target' }, at('mill')),
  event(30, 23, 'moved', { bo: 'agent' }, at('mill', 0, 9, 0)),
]
