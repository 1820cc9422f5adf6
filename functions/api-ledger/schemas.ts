import * as z from 'zod'
import { type LayerName, type LedgerSettings, layerNames } from '#ledger/settings'
import { invalid } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { worldNameSchema } from '#world/schemas'
import { everywhere, regionSchema } from '#world/spatial-query'

export const worldField = worldNameSchema
  .optional()
  .meta({ description: 'Or the header X-World; default `default`' })

export const worldQuery = z.strictObject({ world: worldField })

/** A layer of the ledger, by name. */
export const layerSchema = z
  .enum(layerNames, `must be one of ${layerNames.join(', ')}`)
  .meta({ description: 'Layer of the ledger' })

export const layerField = layerSchema
  .optional()
  .meta({ description: 'Default: the finest one of the world’s settings' })

/** Ticks of a world. */
export const epoch = wholeNumber(0, 999_999_999_999_999)

export const commitPath = z.object({ commitId: z.uuid('must be the id of a commit: a UUID') })

const cellNumber = wholeNumber(-13, 40)

/** A region's exponent, or `*`. */
export const cellField = z
  .string()
  .refine(
    (text) => text === everywhere || cellNumber.safeParse(text).success,
    'must be a whole number of -13 to 40, or *',
  )
  .transform((text) => (text === everywhere ? everywhere : Number(text)))

export const regionField = regionSchema.default(everywhere)

/** Of a list of cells, which are small. */
export const cellLimit = wholeNumber(1, 10_000).default(1_000)

/**
 * The layer that a request means.
 *
 * @throws HttpProblem 400 where it names none and the world has none.
 */
export const layerNameOf = (wanted: LayerName | undefined, { layers }: LedgerSettings): LayerName => {
  const name = wanted ?? layers[0]?.name
  if (name === undefined)
    throw invalid([{ field: 'query.layer', message: 'is required: the world’s settings have no layer' }])
  return name
}

export const hash = z.string().length(64).meta({ description: 'SHA-256, hex' })

export const headSchema = z
  .object({
    commitId: z.uuid(),
    layer: layerSchema,
    shard: z.string().meta({ description: 'Region, or `*`' }),
    number: z.int().meta({ description: 'In the chain of its layer and shard, from 1' }),
    epochStart: z.int().meta({ description: 'First tick of the span' }),
    epochEnd: z.int().meta({ description: 'Last tick of the span' }),
    windowEnd: z.int().meta({ description: 'Last tick of the window that the span lies in' }),
    previousHash: hash,
    hash,
    entries: z.int().meta({ description: 'How many' }),
    contributions: z.number().meta({ description: 'Ticks of bodies, of all entries together' }),
    traces: z
      .array(z.string())
      .meta({ description: 'W3C traceparents of requests that led to it; the first 100' }),
    committedAt: z.iso.datetime(),
    archive: z
      .string()
      .nullable()
      .meta({ description: 'Pointer to the archived bytes that its entries are in; null: in the database' }),
  })
  .meta({ id: 'CommitHead' })

export const activitySchema = z.object({
  mean: z.number(),
  variance: z.number().meta({ description: 'Of the population' }),
})
