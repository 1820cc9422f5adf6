import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { DatabaseRole } from '#platform/postgres/roles'

/** A database that functions and tasks can reach. */
export interface Database {
  /** Whether its certificate is checked against the authorities of RDS. */
  verifiesTls: boolean
  /** What whoever connects as the role needs in its environment. */
  environment(role: DatabaseRole): Record<string, string>
  grantConnect(grantee: IGrantable, role: DatabaseRole): void
  /** Of the migrations, beside that of `orrery_migrate`: they make the roles. */
  ownerEnvironment(): Record<string, string>
  grantOwner(grantee: IGrantable): void
}

export const databaseUrl = (role: DatabaseRole, host: string, port: number, name: string): string =>
  `postgres://${role}@${host}:${port}/${name}`
