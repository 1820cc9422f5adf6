import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName } from '#platform/config/settings'

const environment = databaseSettings
  .and(
    z.object({
      /** With DATABASE_AUTH=iam: a JSON secret with `username` and `password` of the database's owner. */
      DATABASE_OWNER_SECRET_ARN: resourceName.optional(),
    }),
  )
  .refine(
    (settings) => settings.DATABASE_AUTH !== 'iam' || settings.DATABASE_OWNER_SECRET_ARN !== undefined,
    {
      path: ['DATABASE_OWNER_SECRET_ARN'],
      message: 'is missing',
    },
  )

/** With DATABASE_AUTH=url the role in DATABASE_URL is the owner; otherwise it is orrery_migrate. */
export type MigrateConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readMigrateConfig = (variables: NodeJS.ProcessEnv): MigrateConfig =>
  readEnvironment('the function migrate', environment, variables)
