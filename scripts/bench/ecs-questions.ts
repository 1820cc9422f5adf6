import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { openSource } from '#chronicle/questions/answer'
import { charactersAtPlace } from '#chronicle/questions/characters-at-place'
import { chronicleEntities } from '#chronicle/questions/chronicle-entities'
import { itemHolders } from '#chronicle/questions/item-holders'
import { presentAt } from '#chronicle/questions/present-at'
import { relationshipChanges } from '#chronicle/questions/relationship-changes'
import { relationshipGraph } from '#chronicle/questions/relationship-graph'
import type { QuestionSource } from '#chronicle/questions/source'
import { whatHappened } from '#chronicle/questions/what-happened'
import { withinOfEvent } from '#chronicle/questions/within-of-event'
import { inTenantTransaction } from '#platform/postgres/pool'
import { findWorld } from '#world/read/worlds'
import { oneState } from '../../functions/api-context.ts'
import type { Story } from './ecs-story.ts'
import { type BenchResult, type Figure, figure, median } from './harness.ts'
import { timeEach } from './percentile.ts'

type Ask = (source: QuestionSource) => Promise<unknown>

/** Each about the somebody or something of whom most is told, or nearly. */
const questionsOf = ({ chronicleId, events }: Story): [string, Ask][] => {
  const moved = events.findLast(({ action, actors }) => action === 'moved' && actors.length > 0)!
  const eventId = events.findLast(({ valence }) => valence.length > 0)!.id
  const [a, b] = closest(events)
  return [
    [
      'characters at a place whose trust is over a bound',
      (source) =>
        charactersAtPlace(source, {
          ...{ place: 'place-0', of: 'character-0', direction: 'toward', type: 'trust' },
          ...{ over: 0, limit: 100 },
        }),
    ],
    [
      'what changed the relationship of A and B',
      (source) => relationshipChanges(source, { a, b, limit: 100 }),
    ],
    ['who has held an item', (source) => itemHolders(source, { item: 'thing-0', limit: 100 })],
    [
      'what happened to X, and where are they now',
      (source) => whatHappened(source, 'character-0', { limit: 100 }),
    ],
    [
      'who was present at event Y, and how do they stand',
      (source) => presentAt(source, { chronicleId, eventId }),
    ],
    [
      'who was within r of an event when it happened',
      (source) => withinOfEvent(source, { chronicleId, eventId: moved.id, radius: 150, limit: 100 }),
    ],
    [
      'actors of a chronicle and their state',
      (source) => chronicleEntities(source, { chronicleId, after: '', limit: 100 }),
    ],
    [
      'relationships of an actor, and what explains each',
      (source) => relationshipGraph(source, { chronicleId, entity: 'character-1', limit: 50 }),
    ],
  ]
}

/** The two of whom most is told together. */
const closest = (events: readonly ChronicleEvent[]): [string, string] => {
  const pairs = Map.groupBy(
    events.filter(({ valence }) => valence.length > 0),
    ({ valence: [first] }) => [first!.source, first!.target].sort().join(' '),
  )
  const [pair] = [...pairs].reduce((most, one) => (one[1].length > most[1].length ? one : most))
  return pair.split(' ') as [string, string]
}

const [ourRuns, chronicleRuns] = [20, 3]

/** Each named question, beside the same answer dug out of the chronicle alone. @throws Error where they differ */
export const benchQuestions = async (
  readers: pg.Pool,
  story: Story,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const figures: Figure[] = []
  for (const [name, ask] of questionsOf(story)) {
    const answers: unknown[] = []
    const times = async (runs: number, fromChronicle: boolean): Promise<number[]> =>
      timeEach(runs, async () => {
        answers[fromChronicle ? 1 : 0] = await askStory(readers, story, fromChronicle, ask)
      })
    await times(1, false)
    const ours = await times(ourRuns, false)
    const theirs = await times(chronicleRuns, true)
    if (!isDeepStrictEqual(answers[0], answers[1])) throw new Error(`${name}: ${differenceOf(answers)}`)
    const ratio = median(theirs) / median(ours)
    log(
      `  ${name}: ${median(ours).toFixed(1)} ms, chronicle alone ${median(theirs).toFixed(0)} ms (${ratio.toFixed(0)} times), ${sizeOf(answers[0])}`,
    )
    figures.push(figure(`${name}`, 'ms', ours), figure('  from the chronicle alone', 'ms', theirs))
    figures.push(figure('  chronicle alone / ours', '', [ratio]))
  }
  return { figures, goals: [] }
}

const askStory = (
  readers: pg.Pool,
  { tenantId }: Story,
  fromChronicle: boolean,
  ask: Ask,
): Promise<unknown> =>
  inTenantTransaction(
    readers,
    tenantId,
    async (client) => {
      const world = (await findWorld(client, tenantId, 'story'))!
      const { source } = await openSource(client, world, null, fromChronicle)
      if (source.name !== (fromChronicle ? 'chronicle' : 'ecs')) throw new Error(`answered by ${source.name}`)
      return ask(source)
    },
    oneState,
  )

const sizeOf = (answer: unknown): string => `${JSON.stringify(answer)?.length ?? 0} bytes of JSON`

/** The first place where the two answers differ. */
const differenceOf = ([ours, theirs]: unknown[], path = 'answer'): string => {
  if (isObject(ours) && isObject(theirs))
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      if (!isDeepStrictEqual(ours[key], theirs[key]))
        return differenceOf([ours[key], theirs[key]], `${path}.${key}`)
  return `${path}: ours is ${JSON.stringify(ours)}, the chronicle's ${JSON.stringify(theirs)}`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
