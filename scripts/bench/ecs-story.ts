import { v7 as uuidv7 } from 'uuid'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import type { ProjectionContext } from '#chronicle/projection/context'
import { projectWorld } from '#chronicle/projection/project-world'
import type { Command } from '#world/commands'
import { writeGroup } from '#world/write'
import { seeded } from './api-stage.ts'

/** A world of a chronicle. */
export interface Story {
  worldId: string
  tenantId: string
  chronicleId: string
  events: ChronicleEvent[]
  recordSeconds: number
  projectSeconds: number
}

const batchEvents = 5_000
const characters = 2_000
const placeCount = 100
const things = 400

type Random = () => number

/** Smaller numbers come up more often. */
const often = (random: Random, count: number): number => Math.floor(random() ** 2 * count)

const character = (number: number, role: string) => ({
  ...{ entityId: `character-${number}`, name: `Character ${number}`, entityType: 'Character', role },
})

const placeOf = (number: number) => ({
  ...{ entityId: `place-${number}`, name: `Place ${number}` },
  position: [(number % 10) * 100, Math.floor(number / 10) * 100, 0] as [number, number, number],
})

const actions = ['moved', 'moved', 'gave', 'acquired', 'lost', 'met', 'met', 'damaged', 'healed', 'joined']

const eventOf = (random: Random, number: number): ChronicleEvent => {
  const action = actions[number % actions.length]!
  const [agent, other] = [often(random, characters), often(random, characters)]
  const thing = often(random, things)
  const isOfThings = action === 'gave' || action === 'acquired' || action === 'lost'
  const meets = action === 'met' || action === 'gave' || action === 'damaged'
  const role = action === 'gave' ? 'recipient' : 'target'
  const actors = [
    character(agent, 'agent'),
    ...(action === 'moved' || agent === other ? [] : [character(other, role)]),
  ]
  return {
    ...{
      id: `event-${number}`,
      timestamp: new Date(Date.UTC(1200, 0, 1) + number * 3_600_000).toISOString(),
    },
    ...{
      eventType: 'deed',
      summary: `Character ${agent} ${action}, as event ${number} tells`,
      actors,
      action,
    },
    valence:
      meets && actors.length === 2
        ? [
            {
              source: `character-${other}`,
              target: `character-${agent}`,
              type: 'trust',
              change: (random() - 0.4) / 2,
            },
          ]
        : [],
    causality: { causedBy: number > 10 && number % 7 === 0 ? [`event-${number - 10}`] : [], causes: [] },
    ...{ modality: 'actual', source: 'bench', keywords: [action] },
    ...(action === 'moved' ? { location: placeOf(often(random, placeCount)) } : {}),
    ...(isOfThings ? { items: [{ entityId: `thing-${thing}`, name: `Thing ${thing}`, quantity: 1 }] } : {}),
    data: action === 'damaged' || action === 'healed' ? { amount: 1 + Math.floor(random() * 10) } : {},
  }
}

/** Tells so many events through the write path and projects them. @throws Error */
export const tellStory = async (
  context: ProjectionContext,
  count: number,
  log: (line: string) => void,
): Promise<Story> => {
  const random = seeded(5)
  const events = Array.from({ length: count }, (_, number) => eventOf(random, number))
  const [tenantId, world, chronicleId] = ['local', 'story', 'saga']
  const write = async (commands: Command[]): Promise<string> => {
    const request = { tenantId, world, requestId: uuidv7(), commands }
    const [outcome] = await writeGroup(context.write, [request])
    if (outcome!.status === 'refused') throw new Error(outcome!.refusal.detail)
    return outcome!.worldId
  }
  const began = performance.now()
  const worldId = await write([{ kind: 'create-chronicle', chronicleId, title: 'Saga', description: '' }])
  for (let from = 0; from < count; from += batchEvents)
    await write([
      { kind: 'record-chronicle-events', chronicleId, events: events.slice(from, from + batchEvents) },
    ])
  const recorded = performance.now()
  log(`  ${count} events recorded: ${((recorded - began) / 1_000).toFixed(1)} s`)
  const run = await projectWorld(context, worldId)
  if (run.state !== 'done') throw new Error(`the projection ended as ${JSON.stringify(run)}`)
  const projected = performance.now()
  log(`  projected: ${((projected - recorded) / 1_000).toFixed(1)} s, ${run.commands} changes of entities`)
  return {
    ...{ worldId, tenantId, chronicleId, events },
    ...{ recordSeconds: (recorded - began) / 1_000, projectSeconds: (projected - recorded) / 1_000 },
  }
}
