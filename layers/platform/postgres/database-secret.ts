import * as z from 'zod'

const secretJson = z.object({
  /** The owner of the database, who may make roles. */
  username: z.string().min(1),
  password: z.string().min(1),
  /** Of the orrery_* roles; absent where they log in by IAM. */
  rolePassword: z.string().min(1).optional(),
})

export type DatabaseSecret = z.output<typeof secretJson>

/** Secrets Manager cannot be reached: the database is as good as away, and another try may succeed. */
class SecretUnavailable extends Error {
  readonly code = 'secret-unavailable'
}

/**
 * The JSON secret of that ARN or name.
 *
 * @throws SecretUnavailable, or what Secrets Manager refuses; Error that names the field which the secret lacks.
 */
export const readDatabaseSecret = async (secretId: string, region: string): Promise<DatabaseSecret> => {
  const parsed = secretJson.safeParse(await fetchJson(secretId, region))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new Error(`The secret ${secretId} is not one of a database. ${problems.join('; ')}`)
}

const fetchJson = async (secretId: string, region: string): Promise<unknown> => {
  // with IAM there is no secret to read
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
  const client = new SecretsManagerClient({ region })
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
    return JSON.parse(SecretString ?? '')
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`The secret ${secretId} is not JSON`)
    // the client's fault is an answer (no such secret, no right to it); anything else is an outage
    if ((error as { $fault?: string }).$fault === 'client') throw error
    throw new SecretUnavailable(`The secret ${secretId} cannot be read now`, { cause: error })
  } finally {
    client.destroy()
  }
}

const keptMs = 300_000

/** The password of the orrery_* roles, read again every five minutes, since it may be rotated. */
export const secretPassword = (secretId: string, region: string): (() => Promise<string>) => {
  let kept: { password: Promise<string>; until: number } | undefined
  const read = async (): Promise<string> => {
    const { rolePassword } = await readDatabaseSecret(secretId, region)
    if (rolePassword === undefined) throw new Error(`The secret ${secretId} has no rolePassword`)
    return rolePassword
  }
  return () => {
    if (kept !== undefined && Date.now() < kept.until) return kept.password
    const password = read()
    kept = { password, until: Date.now() + keptMs }
    // a failure is not kept
    password.catch(() => {
      kept = undefined
    })
    return password
  }
}
