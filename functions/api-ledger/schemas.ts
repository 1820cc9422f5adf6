import * as z from 'zod'
import { invalid } from '#platform/http/problem'
import { worldNameSchema } from '#world/schemas'

export const worldField = worldNameSchema
  .optional()
  .meta({ description: 'Or the header X-World; default `default`' })

export const worldQuery = z.strictObject({ world: worldField })

/**
 * The world of a request that may make it.
 *
 * @throws HttpProblem 400 where the header does not name one.
 */
export const worldOf = ({ world }: { world?: string | undefined }, defaultWorld: string): string => {
  const parsed = worldNameSchema.safeParse(world ?? defaultWorld)
  if (parsed.success) return parsed.data
  throw invalid([{ field: 'headers.X-World', message: parsed.error.issues[0]!.message }])
}
