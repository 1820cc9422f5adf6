import type pg from 'pg'
import * as z from 'zod'
import { dollars, type Item, total } from '#platform/cost/item'
import { prices, pricesDate } from '#platform/cost/prices'
import { worldItems } from '#platform/cost/world-bill'
import { readActivityUsage, readTableUsage } from '#platform/cost/world-usage'
import { invalid, notFound } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { readSeqAt } from '#world/query/moment'
import { findWorld, listWorlds, type World } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink, oneState } from '../api-context.ts'
import { cursor, timestamp } from '../api-world/schemas.ts'

const costsQuery = z.strictObject({
  world: worldNameSchema.optional().meta({ description: 'Only this world' }),
  from: timestamp.optional().meta({ description: 'Default: 30 days before `to`' }),
  to: timestamp.optional().meta({ description: 'Default: now' }),
  // each world is looked through
  limit: wholeNumber(1, 50).default(10),
  cursor,
})

const itemSchema = z.object({
  service: z.string(),
  what: z.string(),
  quantity: z.number(),
  unit: z.string(),
  usd: z.number(),
})

const costsSchema = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    isEstimate: z.literal(true),
    note: z.string(),
    pricesOf: z.object({ region: z.string(), date: z.string() }),
    worlds: z.array(
      z.object({
        world: z.string(),
        tables: z.array(
          z.object({
            table: z.string(),
            rows: z.int(),
            isCapped: z.boolean().meta({ description: 'There are more rows than were counted' }),
            bytes: z.int().meta({ description: 'Of its rows, by the mean of the first 1000' }),
            indexBytes: z
              .int()
              .meta({ description: 'Its share of the indexes; 0: the table is too small to tell' }),
          }),
        ),
        totalBytes: z.int(),
        archivedBytes: z.int().meta({ description: 'Of commits in the archive' }),
        requests: z.int().meta({ description: 'That write, in the period, as far as outcomes are kept' }),
        isCapped: z.boolean().meta({ description: 'There are more requests than were counted' }),
        events: z.int(),
        ticks: z.int().meta({ description: 'In windows of the ledger that were closed in the period' }),
        items: z.array(itemSchema),
        usd: z.number(),
      }),
    ),
  })
  .meta({ id: 'Costs' })

const note =
  'An estimate, by list prices of AWS in us-east-1 and without the free tier, of what each world alone would cost in the period: ' +
  'what it keeps now, the requests that wrote to it, its events, and its ticks as of a world that has a physics task to itself. ' +
  'Reads are not counted by anybody, and what all worlds share is in none: the capacity of the database, alarms, logs, transfer. ' +
  'On one machine it costs nothing; the bill of an account says what was really used.'

interface Period {
  from: Date
  to: Date
}

const dayMs = 86_400_000

const periodOf = (
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: Date,
): Period => {
  const end = to === undefined ? now : new Date(to)
  const begin = from === undefined ? new Date(end.getTime() - 30 * dayMs) : new Date(from)
  if (begin >= end) throw invalid([{ field: 'query.from', message: 'must be before to' }])
  if (end.getTime() - begin.getTime() > 366 * dayMs)
    throw invalid([{ field: 'query.from', message: 'must be at most 366 days before to' }])
  return { from: begin, to: end }
}

export const costsRoute = route<ApiContext, never, typeof costsQuery, never>({
  method: 'GET',
  path: '/costs',
  operationId: 'getCosts',
  summary: 'What each world keeps and did in a period, and an estimate of what that costs on AWS',
  querySchema: costsQuery,
  responses: { 200: { description: 'World by world, in order of name', schema: costsSchema } },
  handle: ({ readers }, { tenantId, query, url }) => {
    const period = periodOf(query, new Date())
    const after = decodeCursor(query.cursor, (value) => (typeof value === 'string' ? value : undefined)) ?? ''
    return inTenantTransaction(
      readers,
      tenantId,
      async (client) => {
        const found = await worldsOf(client, tenantId, query.world, after, query.limit + 1)
        const page = found.slice(0, query.limit)
        const worlds = []
        for (const world of page) worlds.push(await costOf(client, tenantId, world, period))
        const headers = found.length > page.length ? nextLink(url, page.at(-1)!.name) : {}
        const head = { from: period.from.toISOString(), to: period.to.toISOString(), isEstimate: true, note }
        const body = { ...head, pricesOf: { region: 'us-east-1', date: pricesDate }, worlds }
        return { status: 200, headers, body }
      },
      oneState,
    )
  },
})

const worldsOf = async (
  client: pg.ClientBase,
  tenantId: string,
  name: string | undefined,
  after: string,
  limit: number,
): Promise<World[]> => {
  if (name === undefined) return listWorlds(client, tenantId, after, limit)
  const world = await findWorld(client, tenantId, name)
  if (world === undefined) throw notFound(`there is no world '${name}'`)
  return [world]
}

const costOf = async (client: pg.ClientBase, tenantId: string, world: World, period: Period) => {
  const { worldId, name, settings } = world
  const seqAt = (time: Date) => readSeqAt(client, worldId, time, world.parent?.seq ?? 0, world.seq)
  const events = (await seqAt(period.to)) - (await seqAt(period.from))
  const tables = await readTableUsage(client, worldId)
  const layer = settings.ledger.layers[0]?.name ?? 'atomic'
  const activity = await readActivityUsage(client, { tenantId, name, worldId }, period, layer, events)
  const hours = (period.to.getTime() - period.from.getTime()) / 3_600_000
  const { ticksPerSecond } = settings.physics
  const items = worldItems({ tables, activity, hours, ticksPerSecond })
  const totalBytes = tables.reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0)
  return { world: name, tables, totalBytes, ...activity, items: items.map(shownItem), usd: total(items) }
}

const shownItem = (item: Item): z.output<typeof itemSchema> => ({
  ...{ service: item.service, what: item.what, quantity: item.quantity },
  ...{ unit: prices[item.price].unit, usd: dollars(item) },
})
