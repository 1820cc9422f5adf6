import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { readBegunLayers } from '#ledger/postgres/windows'
import { type LayerName, layerNames } from '#ledger/settings'
import { HttpProblem } from '#platform/http/problem'
import type { RequestOrigin } from '#platform/http/route'
import { inTenantTransaction, isDatabaseUnavailable } from '#platform/postgres/pool'
import { storeAudit } from '#world/postgres/store-audit'
import { findWorld } from '#world/read/worlds'
import type { ApiContext } from '../api-context.ts'

const withLayers = z.object({
  ledger: z.object({ layers: z.array(z.object({ name: z.enum(layerNames) })) }),
})

/**
 * Refuses settings without a layer that has begun in the world, or with a new one below the layer that takes its ticks: chains
 * go on for ever, and nobody would feed them. While the database is away nothing is refused: the engines leave such layers be.
 *
 * @throws HttpProblem 409, which the audit log has too.
 */
export const checkLayersStay = async (
  { readers }: ApiContext,
  { tenantId, requestId, subject }: RequestOrigin,
  name: string,
  settings: unknown,
): Promise<void> => {
  const layers = withLayers.safeParse(settings).data?.ledger.layers
  // what is wrong with them otherwise is said when they are decided on
  if (layers === undefined) return
  const fault = await inTenantTransaction(readers, tenantId, async (client) => {
    const world = await findWorld(client, tenantId, name)
    const begun = world === undefined ? [] : await readBegunLayers(client, world.worldId)
    const found = faultOf(
      layers.map((layer) => layer.name),
      begun,
    )
    if (found === undefined) return undefined
    const outcome = { status: 'refused', code: 'layers-begun', detail: found }
    const entry = { auditId: uuidv7(), requestId, subject, action: 'changeSettings', outcome }
    await storeAudit(client, { tenantId, world: name }, entry)
    return found
  }).catch((error: unknown) => {
    if (isDatabaseUnavailable(error)) return undefined
    throw error
  })
  if (fault !== undefined)
    throw new HttpProblem(409, 'The layers have begun', fault, {
      errors: [{ field: 'settings.ledger.layers', message: fault }],
    })
}

const rank = (name: LayerName): number => layerNames.indexOf(name)

const faultOf = (wanted: readonly LayerName[], begun: readonly LayerName[]): string | undefined => {
  const [first] = begun.toSorted((a, b) => rank(a) - rank(b))
  if (first === undefined) return undefined
  const gone = begun.filter((name) => !wanted.includes(name))
  if (gone.length > 0)
    return `must have ${gone.join(', ')}, which ${gone.length === 1 ? 'has' : 'have'} begun in this world: a layer can be paused (POST /admin/ledger/pause), not taken out`
  const finer = wanted.filter((name) => rank(name) < rank(first))
  return finer.length === 0
    ? undefined
    : `must begin with ${first}, which takes the ticks of this world: ${finer.join(', ')} would get none`
}
