import { Aws, Duration } from 'aws-cdk-lib'
import {
  AccountRecovery,
  CfnUserPoolGroup,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  ManagedLoginVersion,
  OAuthScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { type Scope, scopes } from '#platform/auth/principal'
import { acknowledge } from '../acknowledge.ts'
import { type Deployment, dataRemoval, nameOf } from '../deployment.ts'

export interface Issuer {
  issuer: string
  audience: string
  tenantClaim: string
}

const groups: Record<Scope, string> = {
  'world:read': 'May read worlds',
  'world:write': 'May change worlds',
  'world:admin': 'May make, set up and delete worlds',
  'world:sensitive': 'May read the data of sensitive components, where they may read worlds',
}

/**
 * Users of our own, where no other issuer is given. A user's groups are the scopes of their tokens, and the
 * attribute `tenant`, which only an administrator writes, is their tenant.
 *
 * @param claims puts both into the access token
 */
export const createUserPool = (scope: Construct, deployment: Deployment, claims: IFunction): Issuer => {
  const pool = new UserPool(scope, 'Users', {
    userPoolName: nameOf(deployment, 'users'),
    featurePlan: FeaturePlan.ESSENTIALS,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    passwordPolicy: {
      minLength: 14,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    customAttributes: { tenant: new StringAttribute({ mutable: true, minLen: 1, maxLen: 256 }) },
    deletionProtection: deployment.settings.onDelete === 'retain',
    removalPolicy: dataRemoval(deployment),
  })
  pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, claims, LambdaVersion.V2_0)
  acknowledge(pool, {
    'AwsSolutions-COG2':
      'Programs sign in too; who wants a second factor for people brings their own issuer.',
    'AwsSolutions-COG8': 'The Essentials plan has what is used here, and is free for the first 10,000 users.',
  })
  for (const name of scopes)
    new CfnUserPoolGroup(scope, `Group-${name}`, {
      userPoolId: pool.userPoolId,
      groupName: name,
      description: groups[name],
    })
  return {
    issuer: pool.userPoolProviderUrl,
    audience: createClient(deployment, pool).userPoolClientId,
    tenantClaim: 'tenant',
  }
}

/** One public client: people sign in on Cognito's page, the first curl with a password. */
const createClient = (deployment: Deployment, pool: UserPool): UserPoolClient => {
  pool.addDomain('SignIn', {
    cognitoDomain: { domainPrefix: `${nameOf(deployment, 'users')}-${Aws.ACCOUNT_ID}` },
    managedLoginVersion: ManagedLoginVersion.CLASSIC_HOSTED_UI,
  })
  return pool.addClient('Client', {
    userPoolClientName: 'orrery',
    authFlows: { userPassword: true, userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
      callbackUrls: deployment.settings.signInCallbackUrls,
    },
    // a user who could write the attribute could choose a tenant
    writeAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true }),
    readAttributes: new ClientAttributes()
      .withStandardAttributes({ email: true, emailVerified: true, fullname: true })
      .withCustomAttributes('tenant'),
    preventUserExistenceErrors: true,
    accessTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
  })
}
