import * as z from 'zod'
import { numberList, wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { isSacred } from '#training/selection'
import { resolveMoment } from '#world/query/moment'
import { listEntities } from '#world/read/entities'
import { type Lineage, readLineages } from '#world/read/lineages'
import { idSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink, readWorld, worldAt } from '../api-context.ts'
import { fromEntity } from '../api-ingest/engine.ts'
import { cursor, timestamp } from '../api-world/schemas.ts'
import { answerEntities } from '../sealed-answers.ts'
import { spacePath } from './space.ts'

const query = z.strictObject({
  flux: numberList(undefined, 'must be flux positions such as 3,6,9')
    .refine(
      (values) => values.every((value) => Number.isInteger(value) && value >= 1 && value <= 9),
      'must be whole numbers of 1 to 9',
    )
    .optional(),
  from: timestamp
    .optional()
    .meta({ description: 'Entities that were made as they are at or after this time' }),
  to: timestamp.optional().meta({ description: 'The space as it stood at this time; default: as it stands' }),
  depth: wholeNumber(0, 1_000_000).optional().meta({ description: 'Depth in the hierarchy; 0: no parent' }),
  subtree: idSchema.optional().meta({ description: 'This entity and those below it' }),
  limit: wholeNumber(1, 1_000).default(100),
  cursor,
})

const entitySchema = z
  .looseObject({
    id: z.string(),
    class_type: z.string(),
    position: z.array(z.number()).length(3),
    flux_position: z.int().min(1).max(9),
    sacred: z.boolean(),
    depth: z.int(),
    parent_id: z.string().nullable(),
    root_id: z.string(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'FluxEntity', description: 'In the engine’s words, and where it stands' })

const list = route<ApiContext, typeof spacePath, typeof query, never>({
  method: 'GET',
  path: '/eustress/entities/{space}',
  operationId: 'listFluxEntities',
  summary: 'Entities by flux position, time, depth and subtree, in order of id',
  pathSchema: spacePath,
  querySchema: query,
  responses: {
    200: {
      description: 'Entities; seq: what was read',
      schema: z.object({ space_name: z.string(), seq: z.int(), entities: z.array(entitySchema) }),
    },
  },
  handle: async (context, { tenantId, principal, origin, path: { space }, query, url }) => {
    const { flux, depth, subtree, from, to, limit } = query
    const position = decodeCursor(query.cursor, (value) => (typeof value === 'string' ? value : undefined))
    const { found, seq, lineages } = await readWorld(
      context,
      tenantId,
      space,
      undefined,
      async (client, now) => {
        const asOf = to === undefined ? null : await resolveMoment(client, now, to)
        const { worldId } = asOf === null ? now : await worldAt(client, now, asOf)
        const updatedFrom = from === undefined ? undefined : new Date(from)
        const filter = { flux, depth, subtree, updatedFrom }
        const found = await listEntities(client, worldId, filter, asOf, position ?? '', limit + 1)
        const ids = found.map(({ id }) => id)
        return { found, seq: asOf ?? now.seq, lineages: await readLineages(client, worldId, ids, asOf) }
      },
    )
    const page = found.slice(0, limit)
    const headers = found.length > page.length ? nextLink(url, page.at(-1)!.id) : {}
    const entities = await answerEntities(context, { tenantId, principal, origin }, page)
    return {
      ...{ status: 200, headers },
      body: {
        ...{ space_name: space, seq },
        entities: entities.map((entity) => ({
          ...fromEntity(entity),
          ...(entity.components !== undefined && { components: entity.components }),
          flux_position: entity.fluxPosition,
          sacred: isSacred(entity.fluxPosition),
          ...standing(lineages.get(entity.id)!),
          updated_at: entity.updatedAt,
        })),
      },
    }
  },
})

const standing = ({ depth, parentId, rootId }: Lineage) => ({ depth, parent_id: parentId, root_id: rootId })

export const entityRoutes: Route<ApiContext>[] = [list]
