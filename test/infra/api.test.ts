import { beforeAll, expect, test } from 'vitest'
import { scopes } from '#platform/auth/principal'
import { everything, one, type Resource, type SynthesizedStage, synthesize } from './stage.ts'

let dev: SynthesizedStage
let emulated: SynthesizedStage
let full: SynthesizedStage

beforeAll(async () => {
  dev = await synthesize('dev')
  emulated = await synthesize('emulated')
  full = await synthesize('dev', everything)
})

/** `METHOD /path`, from the tree of resources. */
const methodsOf = (stage: SynthesizedStage): Map<string, Resource> => {
  const resources = new Map(
    stage.ofType('AWS::ApiGateway::Resource').map((resource) => [resource.logicalId, resource]),
  )
  const pathOf = (ref: string | undefined): string => {
    const resource = resources.get(ref ?? '')
    if (resource === undefined) return ''
    return `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}`
  }
  return new Map(
    stage
      .ofType('AWS::ApiGateway::Method')
      .map((method) => [
        `${method.Properties.HttpMethod} ${pathOf(method.Properties.ResourceId.Ref)}`,
        method,
      ]),
  )
}

test('there is one API, of the region', () => {
  const { Properties } = one(dev.ofType('AWS::ApiGateway::RestApi'), 'API')
  expect(Properties.EndpointConfiguration).toEqual({ Types: ['REGIONAL'], IpAddressType: 'dualstack' })
})

test('each capability has its function, and only what concerns nobody is open', () => {
  const routes = [...methodsOf(dev)].map(([route, { Properties }]) => [
    route,
    /api(ingest|world|query|ledger|chronicle|mcp|status|sync|training)Function/.exec(
      JSON.stringify(Properties.Integration.Uri),
    )![1],
    Properties.AuthorizationType,
  ])
  expect(routes.sort()).toEqual([
    ['ANY /admin/erasures', 'ledger', 'CUSTOM'],
    ['ANY /admin/erasures/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /admin/fork', 'world', 'CUSTOM'],
    ['ANY /admin/fork/{proxy+}', 'world', 'CUSTOM'],
    ['ANY /admin/ledger', 'ledger', 'CUSTOM'],
    ['ANY /admin/ledger/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /api/chronicles', 'chronicle', 'CUSTOM'],
    ['ANY /api/chronicles/{proxy+}', 'chronicle', 'CUSTOM'],
    ['ANY /api/entities', 'chronicle', 'CUSTOM'],
    ['ANY /api/entities/{proxy+}', 'chronicle', 'CUSTOM'],
    ['ANY /api/questions', 'chronicle', 'CUSTOM'],
    ['ANY /api/questions/{proxy+}', 'chronicle', 'CUSTOM'],
    ['ANY /audit', 'status', 'CUSTOM'],
    ['ANY /audit/{proxy+}', 'status', 'CUSTOM'],
    ['ANY /commit', 'ledger', 'CUSTOM'],
    ['ANY /commit/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /commits', 'ledger', 'CUSTOM'],
    ['ANY /commits/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /costs', 'status', 'CUSTOM'],
    ['ANY /costs/{proxy+}', 'status', 'CUSTOM'],
    ['ANY /entity', 'world', 'CUSTOM'],
    ['ANY /entity/{proxy+}', 'world', 'CUSTOM'],
    ['ANY /eustress', 'ingest', 'CUSTOM'],
    ['ANY /eustress/datasets', 'training', 'CUSTOM'],
    ['ANY /eustress/datasets/{proxy+}', 'training', 'CUSTOM'],
    ['ANY /eustress/entities', 'training', 'CUSTOM'],
    ['ANY /eustress/entities/{proxy+}', 'training', 'CUSTOM'],
    ['ANY /eustress/epochs', 'training', 'CUSTOM'],
    ['ANY /eustress/epochs/{proxy+}', 'training', 'CUSTOM'],
    ['ANY /eustress/{proxy+}', 'ingest', 'CUSTOM'],
    ['ANY /events', 'sync', 'CUSTOM'],
    ['ANY /events/{proxy+}', 'sync', 'CUSTOM'],
    ['ANY /gamma', 'ledger', 'CUSTOM'],
    ['ANY /gamma/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /healthz', 'status', 'CUSTOM'],
    ['ANY /healthz/{proxy+}', 'status', 'CUSTOM'],
    ['ANY /ledger', 'ledger', 'CUSTOM'],
    ['ANY /ledger/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /mcp', 'mcp', 'CUSTOM'],
    ['ANY /mcp/{proxy+}', 'mcp', 'CUSTOM'],
    ['ANY /near', 'world', 'CUSTOM'],
    ['ANY /near/{proxy+}', 'world', 'CUSTOM'],
    ['ANY /requests', 'status', 'CUSTOM'],
    ['ANY /requests/{proxy+}', 'status', 'CUSTOM'],
    ['ANY /sealing-keys', 'world', 'CUSTOM'],
    ['ANY /sealing-keys/{proxy+}', 'world', 'CUSTOM'],
    ['ANY /ticks', 'ledger', 'CUSTOM'],
    ['ANY /ticks/{proxy+}', 'ledger', 'CUSTOM'],
    ['ANY /world', 'sync', 'CUSTOM'],
    ['ANY /world/{proxy+}', 'sync', 'CUSTOM'],
    ['ANY /worlds', 'world', 'CUSTOM'],
    ['ANY /worlds/{world}', 'world', 'CUSTOM'],
    ['ANY /worlds/{world}/dead-letters', 'status', 'CUSTOM'],
    ['ANY /worlds/{world}/dead-letters/{proxy+}', 'status', 'CUSTOM'],
    ['ANY /worlds/{world}/health', 'status', 'CUSTOM'],
    ['ANY /worlds/{world}/query', 'query', 'CUSTOM'],
    ['ANY /worlds/{world}/saved-queries', 'query', 'CUSTOM'],
    ['ANY /worlds/{world}/saved-queries/{name}', 'query', 'CUSTOM'],
    ['ANY /worlds/{world}/{proxy+}', 'world', 'CUSTOM'],
    ['GET /openapi.json', 'status', 'NONE'],
  ])
})

test('tokens are checked once in five minutes', () => {
  const { Properties } = one(dev.ofType('AWS::ApiGateway::Authorizer'), 'authorizer')
  expect(Properties).toMatchObject({
    Type: 'TOKEN',
    AuthorizerResultTtlInSeconds: 300,
    IdentitySource: 'method.request.header.Authorization',
  })
})

test('answers are streamed where the gateway can, for as long as the function may run', () => {
  for (const { Properties } of methodsOf(dev).values()) {
    expect(Properties.Integration.ResponseTransferMode).toBe('STREAM')
    expect(JSON.stringify(Properties.Integration.Uri)).toContain('/response-streaming-invocations')
    expect([29_000, 120_000, 310_000, 900_000]).toContain(Properties.Integration.TimeoutInMillis)
  }
  for (const { Properties } of methodsOf(emulated).values())
    expect(Properties.Integration.ResponseTransferMode).toBeUndefined()
  const streams = (stage: SynthesizedStage) =>
    stage.function('api-world').Properties.Environment.Variables.API_STREAMING
  expect([streams(dev), streams(emulated)]).toEqual(['true', 'false'])
  expect(emulated.function('api-ledger').Properties.Timeout).toBe(29)
  // a fork outlives a gateway that waits for 29 s, and its own transaction does not outlive the function
  expect(emulated.function('api-world').Properties.Timeout).toBeGreaterThan(300)
})

test('the stage is throttled, traced and logged, without payloads and tokens', () => {
  const { Properties } = one(dev.ofType('AWS::ApiGateway::Stage'), 'stage')
  const [settings] = Properties.MethodSettings
  expect(settings).toMatchObject({
    ...{ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
    ...{ DataTraceEnabled: false, LoggingLevel: 'ERROR' },
  })
  expect(Properties.TracingEnabled).toBe(true)
  const fields = Object.values(JSON.parse(Properties.AccessLogSetting.Format))
  expect(fields).toContain('$context.requestId')
  for (const field of fields) expect(field).not.toMatch(/header|query|body|token|claims|identity|\.path$/i)
})

test('whatever the gateway refuses itself is a problem document', () => {
  const byStatus = Map.groupBy(dev.ofType('AWS::ApiGateway::GatewayResponse'), ({ Properties }) =>
    Number(Properties.StatusCode),
  )
  expect([...byStatus.keys()].sort()).toEqual([400, 401, 403, 404, 413, 415, 429, 500, 504])
  for (const [status, responses] of byStatus)
    for (const { Properties } of responses) {
      const problem = JSON.parse(Properties.ResponseTemplates['application/json'])
      expect(problem).toMatchObject({ type: 'about:blank', status, requestId: '$context.requestId' })
      expect(Properties.ResponseParameters['gatewayresponse.header.Content-Type']).toBe(
        "'application/problem+json'",
      )
    }
})

test('without an issuer there is a pool, whose users cannot choose their tenant', () => {
  const pool = one(dev.ofType('AWS::Cognito::UserPool'), 'pool').Properties
  expect(pool).toMatchObject({ UserPoolTier: 'ESSENTIALS' })
  expect(pool.AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true)
  expect(pool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion).toBe('V2_0')
  const client = one(dev.ofType('AWS::Cognito::UserPoolClient'), 'client').Properties
  expect(client.WriteAttributes).not.toContain('custom:tenant')
  expect(client.ReadAttributes).toContain('custom:tenant')
  expect(client.ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH')
  expect(client.AllowedOAuthFlows).toEqual(['code'])
  expect(client.GenerateSecret ?? false).toBe(false)
  const groups = dev.ofType('AWS::Cognito::UserPoolGroup').map(({ Properties }) => Properties.GroupName)
  expect(groups.sort()).toEqual([...scopes].sort())
})

test("an issuer of one's own replaces the pool", () => {
  for (const type of ['UserPool', 'UserPoolClient', 'UserPoolGroup', 'UserPoolDomain'])
    expect(full.ofType(`AWS::Cognito::${type}`)).toEqual([])
  expect(full.function('authorizer').Properties.Environment.Variables).toMatchObject({
    OIDC_ISSUER: 'https://login.example.com/',
    OIDC_AUDIENCE: 'orrery',
    TENANT_CLAIM: 'org',
  })
})

test('on a domain with mutual TLS there is no way around it', () => {
  const { Properties } = one(full.ofType('AWS::ApiGateway::DomainName'), 'domain')
  expect(Properties).toMatchObject({
    DomainName: 'worlds.example.com',
    SecurityPolicy: 'TLS_1_2',
    MutualTlsAuthentication: { TruststoreUri: 's3://example-truststore/clients/ca.pem' },
  })
  const disabled = (stage: SynthesizedStage) =>
    stage.ofType('AWS::ApiGateway::RestApi')[0]!.Properties.DisableExecuteApiEndpoint
  expect([disabled(full), disabled(dev)]).toEqual([true, false])
})

test('what a second stage of a region must leave alone, it can', async () => {
  const second = await synthesize('dev', { api: { setsLogRole: false } })
  expect(second.ofType('AWS::ApiGateway::Account')).toEqual([])
  expect(dev.ofType('AWS::ApiGateway::Account')[0]!.DeletionPolicy).toBe('Retain')
})
