import { HttpProblem } from '#platform/http/problem'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { ApiContext } from '../api-context.ts'

/** The address of the physics service that holds the world's lease, or undefined where nobody does. */
export const holderAddress = (
  { readers }: ApiContext,
  tenantId: string,
  worldId: string,
): Promise<string | undefined> =>
  inTenantTransaction(readers, tenantId, async (client) => {
    const text =
      'SELECT address FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > now()'
    const { rows } = await client.query<{ address: string }>(text, [worldId])
    return rows[0]?.address
  })

/** Questions are answered between two blocks of a step; a POST may run a thousand ticks. */
const patienceMs = { GET: 5_000, POST: 30_000 }

/**
 * Asks the holder. Answers undefined where it does not hold the world any more, is still loading it or cannot
 * be reached: the caller answers without it.
 *
 * @throws HttpProblem for any other problem of the holder, as it says it.
 */
export const askHolder = async (
  address: string,
  method: 'GET' | 'POST',
  path: string,
): Promise<unknown | undefined> => {
  let response: Response
  try {
    response = await fetch(`${address}${path}`, { method, signal: AbortSignal.timeout(patienceMs[method]) })
  } catch {
    return undefined
  }
  if (response.status === 404 || response.status === 503) return undefined
  const body = (await response.json()) as { title?: string; detail?: string }
  if (response.ok) return body
  throw new HttpProblem(
    response.status,
    body.title ?? 'Physics refused',
    body.detail ?? `The physics service answered ${response.status}.`,
  )
}
