import { ArchiveDamaged } from '#ledger/ledger-store'
import { HttpProblem } from '#platform/http/problem'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { ApiContext } from '../api-context.ts'

/**
 * Where archived commits are.
 *
 * @throws HttpProblem 503 where this host has no archive.
 */
export const archiveOf = ({ ledger }: ApiContext): ObjectStore => {
  if (ledger !== undefined) return ledger.objects
  throw new HttpProblem(
    503,
    'Archive unavailable',
    'These commits are in the archive, which cannot be read here.',
  )
}

/**
 * Reads out of it. What is damaged is a fault of ours, and reported as one.
 *
 * @throws HttpProblem 500 that names what is damaged or missing.
 */
export const fromArchive = async <T>(
  { reportFault }: ApiContext,
  requestId: string,
  read: () => Promise<T>,
): Promise<T> => {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ArchiveDamaged)) throw error
    reportFault(error, requestId)
    throw new HttpProblem(
      500,
      'Archive damaged',
      `${error.message}; npm run ledger -- verify says what else is, and the bucket may have an earlier version.`,
    )
  }
}
