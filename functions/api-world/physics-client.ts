import { HttpProblem, type Problem } from '#platform/http/problem'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { ApiContext } from '../api-context.ts'

/** The address of the physics service that holds the world's lease, or undefined where nobody does. */
export const holderAddress = (
  { readers }: Pick<ApiContext, 'readers'>,
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
 * @param passOn503 throws these too: the holder says what it is busy with, and until when.
 * @throws HttpProblem for any other problem of the holder, as it says it; 504 where a POST takes longer than 30 s.
 */
export const askHolder = async (
  address: string,
  method: 'GET' | 'POST',
  path: string,
  { passOn503 = false }: { passOn503?: boolean } = {},
): Promise<unknown | undefined> => {
  let response: Response
  try {
    response = await fetch(`${address}${path}`, { method, signal: AbortSignal.timeout(patienceMs[method]) })
  } catch (error) {
    // it has begun, so that to ask once more would do it twice
    if (method === 'POST' && (error as Error).name === 'TimeoutError') throw stillRunning()
    return undefined
  }
  if (response.status === 404 || (response.status === 503 && !passOn503)) return undefined
  const body = (await response.json()) as Partial<Problem>
  if (response.ok) return body
  throw problemOf(response, body)
}

const stillRunning = (): HttpProblem =>
  new HttpProblem(
    504,
    'Still running',
    'The physics service goes on with it: GET /worlds/{world}/physics says how far it has come.',
  )

/** The holder's problem as it says it, of this request. */
const problemOf = ({ status, headers }: Response, problem: Partial<Problem>): HttpProblem => {
  const { type: _, status: __, requestId: ___, title, detail, errors, ...members } = problem
  const retryAfterSeconds = Number(headers.get('retry-after') ?? 0)
  return new HttpProblem(
    status,
    title ?? 'Physics refused',
    detail ?? `The physics service answered ${status}.`,
    {
      members,
      ...(errors === undefined ? {} : { errors }),
      ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
    },
  )
}
