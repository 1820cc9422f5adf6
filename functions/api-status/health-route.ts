import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { countDeadLetters } from '#relay/list-dead-letters'
import { oldestUndelivered } from '#relay/oldest-undelivered'
import { listConsumerCursors, listRelayCursors } from '#relay/read-cursors'
import { readIngest, readSpaceHealth, readTickHealth } from '#world/health/read-health'
import { findWorld } from '#world/read/worlds'
import type { ApiContext } from '../api-context.ts'
import { worldPath } from '../api-world/schemas.ts'

const listener = z.object({
  name: z.string(),
  seq: z.int(),
  lagEvents: z.int(),
  attempts: z.int().meta({ description: 'Failures in a row of the event after seq' }),
  lastError: z.string().nullable(),
})

const healthSchema = z
  .object({
    world: z.string(),
    at: z.iso.datetime(),
    seq: z.int(),
    degraded: z.boolean().meta({ description: 'Its entities may not be as its chronicles tell' }),
    ingest: z.object({ eventsLastMinute: z.int(), eventsLastHour: z.int(), lastEventAt: z.iso.datetime() }),
    relay: z.array(listener).meta({ description: 'What the log was sent to, by destination' }),
    oldestUndeliveredMs: z.number().meta({
      description: 'Age of the oldest event that some destination has not been given; 0: none waits',
    }),
    consumers: z.array(listener).meta({ description: 'Whoever applies the log in order' }),
    physics: z.object({ held: z.boolean(), tick: z.int().nullable(), toSeq: z.int().nullable() }).meta({
      description: 'The last tick; GET /worlds/{world}/physics has the time that ticks take where it is held',
    }),
    deadLetters: z.array(z.object({ destination: z.string(), count: z.int(), oldestAt: z.iso.datetime() })),
    space: z.object({
      snapshot: z
        .object({
          snapshotId: z.uuid(),
          seq: z.int(),
          createdAt: z.iso.datetime(),
          ageMs: z.int(),
          qualityScore: z.number().nullable().meta({
            description:
              'null: of a large world, whose snapshot nobody has read yet: GET /eustress/ingest/snapshots',
          }),
        })
        .nullable()
        .meta({ description: 'The last scene snapshot; null: there is none' }),
      danglingRelationships: z.int().nullable().meta({
        description: 'null: too many relationships to count each time; GET /worlds/{world} counts them',
      }),
    }),
  })
  .meta({ id: 'WorldHealth' })

export const worldHealthRoute = route<ApiContext, typeof worldPath, never, never>({
  method: 'GET',
  path: '/worlds/{world}/health',
  operationId: 'getWorldHealth',
  summary: 'How fast a world is written to, who is behind its log, what is dead, and the health of its space',
  pathSchema: worldPath,
  responses: {
    200: { description: 'Its health, from the database alone: it wakes no physics', schema: healthSchema },
  },
  // a transaction that may write: the quality of a snapshot that nobody has read yet is computed and kept
  handle: ({ readers }, { tenantId, path: { world: name } }) =>
    inTenantTransaction(readers, tenantId, async (client) => {
      const world = await findWorld(client, tenantId, name)
      if (world === undefined) throw notFound(`there is no world '${name}'`)
      const now = new Date()
      const body = {
        ...{ world: world.name, at: now.toISOString(), seq: world.seq, degraded: world.degraded },
        ingest: await readIngest(client, world, now),
        relay: await listRelayCursors(client, world.worldId),
        oldestUndeliveredMs: await oldestUndelivered(client, world.worldId),
        consumers: await listConsumerCursors(client, world.worldId),
        physics: await readTickHealth(client, world.worldId),
        deadLetters: await countDeadLetters(client, world.worldId),
        space: await readSpaceHealth(client, world, now),
      }
      return { status: 200, body }
    }),
})
