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
