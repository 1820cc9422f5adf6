import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import {
  AuthorizationType,
  type IResource,
  LambdaIntegration,
  ResponseTransferMode,
  type RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { acknowledge } from '../acknowledge.ts'
import { createAlarm } from '../constructs/alarm.ts'
import { type ApiFunctions, createApiFunctions } from '../constructs/api-functions.ts'
import { createFunction } from '../constructs/function.ts'
import { createRestApi } from '../constructs/rest-api.ts'
import { createUserPool, type Issuer } from '../constructs/user-pool.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import type { Foundation } from '../foundation.ts'
import type { ConsoleApi } from './web.ts'

/** The API, who may call it, and the functions behind it: one for each capability. */
export const createApi = (
  app: App,
  deployment: Deployment,
  foundation: Foundation,
): ConsoleApi & { stack: Stack } => {
  const stack = new Stack(app, nameOf(deployment, 'api'), {
    description: 'Orrery: REST API, identity, and the functions behind it',
  })
  const identity = chooseIssuer(stack, deployment)
  const authorizer = createAuthorizer(stack, deployment, identity)
  const functions = createApiFunctions(stack, deployment, foundation)
  const api = createRestApi(stack, deployment)
  const { streaming } = deployment.settings.api
  const routes: Routes = { api, authorizer, streaming }
  addCapability(routes, ['eustress'], functions.ingest)
  addQueries(routes, functions)
  addCapability(routes, ['near', 'entity', 'admin/fork', 'sealing-keys'], functions.world)
  addCapability(routes, ['world', 'events'], functions.sync)
  const training = ['eustress/epochs', 'eustress/datasets', 'eustress/entities']
  addCapability(routes, training, functions.training)
  addCapability(
    routes,
    ['ticks', 'gamma', 'commit', 'commits', 'ledger', 'admin/ledger', 'admin/erasures'],
    functions.ledger,
  )
  addCapability(routes, ['api/chronicles', 'api/entities', 'api/questions'], functions.chronicle)
  addCapability(routes, ['mcp'], functions.mcp)
  addCapability(routes, ['requests', 'audit', 'costs', 'healthz'], functions.status)
  addPublic(routes, ['openapi.json'], functions.status)
  alarmOnErrors(stack, deployment, api)
  if (deployment.settings.alarmsOnSlowness) alarmOnLatency(stack, deployment, api)
  showOutputs(stack, deployment, api, identity)
  return { stack, api, identity }
}

const chooseIssuer = (stack: Stack, deployment: Deployment): Issuer =>
  deployment.settings.identity ??
  createUserPool(
    stack,
    deployment,
    createFunction(stack, deployment, {
      name: 'cognito-token',
      description: "Puts a user's tenant and groups into their tokens",
      timeoutSeconds: 5,
      memoryMiB: 256,
      service: 'identity',
      failuresShowIn: 'sign-in',
    }),
  )

const createAuthorizer = (stack: Stack, deployment: Deployment, identity: Issuer): TokenAuthorizer => {
  const handler = createFunction(stack, deployment, {
    name: 'authorizer',
    description: 'Checks tokens and says whose they are',
    timeoutSeconds: 10,
    service: 'identity',
    failuresShowIn: 'api',
    environment: {
      OIDC_ISSUER: identity.issuer,
      OIDC_AUDIENCE: identity.audience,
      TENANT_CLAIM: identity.tenantClaim,
    },
  })
  return new TokenAuthorizer(stack, 'Authorizer', {
    authorizerName: nameOf(deployment, 'authorizer'),
    handler,
    resultsCacheTtl: Duration.minutes(5),
  })
}

interface Routes {
  api: RestApi
  authorizer: TokenAuthorizer
  streaming: boolean
}

const integrationOf = ({ streaming }: Routes, handler: LambdaFunction): LambdaIntegration =>
  new LambdaIntegration(handler, {
    allowTestInvoke: false,
    ...(streaming && {
      responseTransferMode: ResponseTransferMode.STREAM,
      timeout: Duration.seconds(handler.timeout!.toSeconds()),
    }),
  })

/** Whatever lies below these paths is the function's: it has the routes, and answers 404 itself. */
const addCapability = (routes: Routes, paths: string[], handler: LambdaFunction): void => {
  for (const path of paths) {
    const resource = routes.api.root.resourceForPath(path)
    addMethods(routes, [resource, resource.addResource('{proxy+}')], handler)
  }
}

const addMethods = (routes: Routes, places: IResource[], handler: LambdaFunction): void => {
  const integration = integrationOf(routes, handler)
  const method = { authorizer: routes.authorizer, authorizationType: AuthorizationType.CUSTOM }
  for (const place of places)
    acknowledge(place.addMethod('ANY', integration, method), {
      'AwsSolutions-COG4':
        'A Lambda authorizer checks the token: any OpenID issuer can be used, Cognito too.',
    })
}

/** Queries and operations of a world have functions of their own; whatever else lies below a world is the other's. */
const addQueries = (routes: Routes, { world, query, status }: ApiFunctions): void => {
  const worlds = routes.api.root.addResource('worlds')
  const one = worlds.addResource('{world}')
  addMethods(routes, [worlds, one, one.addResource('{proxy+}')], world)
  const saved = one.addResource('saved-queries')
  addMethods(routes, [one.addResource('query'), saved, saved.addResource('{name}')], query)
  const dead = one.addResource('dead-letters')
  addMethods(routes, [one.addResource('health'), dead, dead.addResource('{proxy+}')], status)
}

const addPublic = (routes: Routes, paths: string[], handler: LambdaFunction): void => {
  const integration = integrationOf(routes, handler)
  for (const path of paths) {
    const method = routes.api.root.addResource(path).addMethod('GET', integration)
    const reason = 'Says what the API is, to anybody; nothing of any tenant.'
    acknowledge(method, { 'AwsSolutions-APIG4': reason, 'AwsSolutions-COG4': reason })
  }
}

const alarmOnErrors = (stack: Stack, deployment: Deployment, api: RestApi): void => {
  createAlarm(stack, deployment, 'api-errors', {
    means: 'The API answers 5xx: a function behind it fails, is throttled, or takes too long.',
    section: 'api-errors',
    metric: api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
    above: 5,
    periods: 2,
  })
}

const alarmOnLatency = (stack: Stack, deployment: Deployment, api: RestApi): void => {
  createAlarm(stack, deployment, 'api-latency', {
    means: 'One answer in a hundred takes longer than 10 s, for a quarter of an hour.',
    section: 'api-latency',
    // a single one is the database that resumes
    metric: api.metricLatency({ period: Duration.minutes(5), statistic: 'p99' }),
    above: 10_000,
    periods: 3,
  })
}

const showOutputs = (
  stack: Stack,
  { settings }: Deployment,
  api: RestApi,
  { issuer, audience }: Issuer,
): void => {
  const { domain } = settings.api
  const value = domain === undefined ? api.url : `https://${domain.name}/`
  new CfnOutput(stack, 'Url', { value, description: 'Of the API' })
  new CfnOutput(stack, 'TokenIssuer', { value: issuer, description: 'Whose tokens the API takes' })
  new CfnOutput(stack, 'TokenAudience', { value: audience, description: 'With Cognito: the client id' })
}
