import type * as z from 'zod'

/** The environment lacks a setting, or holds one that cannot be right. */
export class InvalidEnvironment extends Error {
  readonly code = 'invalid-environment'
  /** The names of the settings. */
  readonly settings: string[]

  constructor(what: string, issues: readonly z.core.$ZodIssue[]) {
    const problems = issues.map(({ path, message }) => `${String(path[0])}: ${message}`)
    super(`The environment of ${what} is not complete. ${problems.join('; ')}`)
    this.settings = [...new Set(issues.map(({ path }) => String(path[0])))]
  }
}

/**
 * The settings that the environment holds for `what` (`the function relay`), frozen. An empty variable counts as
 * absent, as deployment tools write one that is not set.
 *
 * @throws InvalidEnvironment that names every setting which is missing or wrong, and no value.
 */
export const readEnvironment = <Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  variables: NodeJS.ProcessEnv,
): Readonly<z.output<Schema>> => {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(present)
  if (!parsed.success) throw new InvalidEnvironment(what, parsed.error.issues)
  return Object.freeze(parsed.data)
}
