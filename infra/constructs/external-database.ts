import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { ExternalDatabaseSettings } from '../settings.ts'
import { type Database, databaseUrl } from './database.ts'

/** A PostgreSQL that is there already; who connects reads the passwords in its secret. */
export const useExternalDatabase = (
  scope: Construct,
  { host, port, name, secretName, tls }: ExternalDatabaseSettings,
): Database => {
  const secret = Secret.fromSecretNameV2(scope, 'DatabaseSecret', secretName)
  return {
    verifiesTls: tls === 'rds',
    environment: (role) => ({
      DATABASE_AUTH: 'secret',
      DATABASE_URL: databaseUrl(role, host, port, name),
      DATABASE_SECRET_ARN: secretName,
      ...(tls === 'rds' && { DATABASE_CA_FILE: '/opt/rds-global-bundle.pem' }),
    }),
    grantConnect: (grantee) => void secret.grantRead(grantee),
    ownerEnvironment: () => ({}),
    grantOwner: () => {},
  }
}
