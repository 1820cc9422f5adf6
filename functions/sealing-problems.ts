import { HttpProblem } from '#platform/http/problem'
import { isSealFault, KeeperUnavailable } from '#world/sealing/errors'

/** Nothing here can encrypt; `field` asked for it. */
export const sealingOff = (field: string): HttpProblem => {
  const message = 'needs sensitive component types, which are not switched on here'
  return new HttpProblem(
    409,
    'Sensitive types are not switched on',
    `${field}: ${message}; docs/components.md says how to switch them on.`,
    { errors: [{ field, message }] },
  )
}

/** The same error as a problem, where it is one of sealing. Never says what the data is. */
export const asSealingProblem = (error: unknown): unknown => {
  if (error instanceof KeeperUnavailable)
    return new HttpProblem(
      503,
      'Key service unavailable',
      'What keeps the keys of sensitive components cannot be reached now; send the request again later.',
      { retryAfterSeconds: 5, cause: error },
    )
  if (isSealFault(error))
    return new HttpProblem(500, 'Sealed data cannot be used', `${error.message} (${error.code}).`, {
      cause: error,
    })
  return error
}
