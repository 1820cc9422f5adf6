import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { DatabaseConnection } from '../postgres/connection.ts'
import { secretPassword } from '../postgres/database-secret.ts'
import { iamPassword } from '../postgres/iam-password.ts'
import { resourceName } from './settings.ts'

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: ({ input }) =>
    input === undefined ? 'is missing' : 'must be a URL such as postgres://ROLE@HOST:5432/orrery',
})

/** What the URL of the other modes may not say: they bring the password and TLS themselves. */
const plainUrl = postgresUrl.refine((value) => {
  const { password, search } = new URL(value)
  return password === '' && search === ''
}, 'must have neither a password nor a query: DATABASE_AUTH brings the password, DATABASE_CA_FILE turns TLS on')

/** Where AWS Lambda unpacks the layer that holds the authorities of RDS. */
const rdsAuthorities = '/opt/rds-global-bundle.pem'

/**
 * How to reach the database: DATABASE_AUTH says where the password comes from.
 * - `url` (default): from DATABASE_URL itself
 * - `iam`: a token of AWS IAM for the role in DATABASE_URL, over TLS that is verified with DATABASE_CA_FILE
 * - `secret`: from the secret DATABASE_SECRET_ARN; over verified TLS where DATABASE_CA_FILE is given
 */
export const databaseSettings = z.discriminatedUnion(
  'DATABASE_AUTH',
  [
    z.object({ DATABASE_AUTH: z.literal('url').optional(), DATABASE_URL: postgresUrl }),
    z.object({
      DATABASE_AUTH: z.literal('iam'),
      DATABASE_URL: plainUrl,
      DATABASE_CA_FILE: z.string().default(rdsAuthorities),
      AWS_REGION: resourceName,
    }),
    z.object({
      DATABASE_AUTH: z.literal('secret'),
      DATABASE_URL: plainUrl,
      DATABASE_CA_FILE: z.string().optional(),
      DATABASE_SECRET_ARN: resourceName,
      AWS_REGION: resourceName,
    }),
  ],
  { error: 'must be url, iam or secret' },
)

export type DatabaseSettings = z.output<typeof databaseSettings>

/**
 * The connection of the role that DATABASE_URL names.
 *
 * @throws Error where DATABASE_CA_FILE cannot be read.
 */
export const databaseConnection = (settings: DatabaseSettings): DatabaseConnection => {
  const { DATABASE_URL: connectionString } = settings
  if (settings.DATABASE_AUTH === 'iam') {
    const password = iamPassword(connectionString, settings.AWS_REGION)
    return { connectionString, password, authorities: readAuthorities(settings.DATABASE_CA_FILE) }
  }
  if (settings.DATABASE_AUTH !== 'secret') return { connectionString }
  const password = secretPassword(settings.DATABASE_SECRET_ARN, settings.AWS_REGION)
  const file = settings.DATABASE_CA_FILE
  return { connectionString, password, ...(file && { authorities: readAuthorities(file) }) }
}

const readAuthorities = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`DATABASE_CA_FILE: ${file} cannot be read`, { cause })
  }
}
