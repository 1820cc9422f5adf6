import * as z from 'zod'
import { HttpProblem } from '#platform/http/problem'
import type { PastQuestion } from './past.ts'
import type { PastUnavailable } from './past-error.ts'

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)

/** Of `GET /worlds/{worldId}/physics`: nothing, or a tick, or a seq; and bodies of that moment. */
export const pastQuery = z
  .strictObject({
    tick: wholeNumber.optional(),
    seq: wholeNumber.optional(),
    upToTick: wholeNumber.optional(),
    entity: z.array(z.string()).max(1_000, 'may be given 1,000 times').default([]),
  })
  .refine(({ tick, seq }) => tick === undefined || seq === undefined, {
    path: ['seq'],
    message: 'only one of tick and seq may be given',
  })
  .refine(({ tick, seq, entity }) => entity.length === 0 || (tick ?? seq) !== undefined, {
    path: ['entity'],
    message: 'needs a tick or a seq',
  })

/** undefined: the question is about now. */
export const pastQuestion = ({
  tick,
  seq,
  upToTick,
  entity,
}: z.output<typeof pastQuery>): PastQuestion | undefined => {
  if (tick !== undefined) return { tick, entityIds: entity }
  return seq === undefined ? undefined : { seq, upToTick, entityIds: entity }
}

export const pastProblem = ({ reason, boundaryTick }: PastUnavailable): HttpProblem => {
  switch (reason) {
    case 'future':
      return new HttpProblem(422, 'Tick not reached', `The last tick is ${boundaryTick}.`, {
        errors: [{ field: 'query.tick', message: `must be at most ${boundaryTick}, the last tick` }],
        members: { lastTick: boundaryTick },
      })
    case 'not-retained':
      return new HttpProblem(
        410,
        'No longer retained',
        boundaryTick === undefined
          ? 'The checkpoint that it would be rebuilt from is gone.'
          : `The oldest tick that can be rebuilt is ${boundaryTick}.`,
        { members: { oldestTick: boundaryTick } },
      )
    case 'rebuilding':
      return new HttpProblem(
        503,
        'State being rebuilt',
        'Ticks are run again to find the state; ask again shortly.',
        { retryAfterSeconds: 2 },
      )
    case 'too-large':
      return new HttpProblem(
        422,
        'World too large',
        'Its past states need more memory than the physics service gives them (PHYSICS_HISTORY_MB).',
      )
  }
}
