import { beforeAll, expect, test } from 'vitest'
import { functionNames } from '../../infra/bundles.ts'
import { list, type Resource, type SynthesizedStage, synthesize } from './stage.ts'

let stage: SynthesizedStage

beforeAll(async () => {
  stage = await synthesize('dev')
})

const outside = ['authorizer', 'cognito-token']
const streaming = ['api-ingest', 'api-ledger', 'api-chronicle']

test('there is one for each bundle, and they are all ours', () => {
  const names = stage.ofType('AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName)
  expect(names.sort()).toEqual(functionNames.map((name) => `orrery-dev-${name}`).sort())
})

test.each(functionNames)('%s runs on Node 24 and arm64, is traced, and logs where it forgets', (name) => {
  const { Properties } = stage.function(name)
  expect(Properties).toMatchObject({
    ...{ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' },
    TracingConfig: { Mode: 'Active' },
    Environment: { Variables: { STAGE: 'dev', POWERTOOLS_METRICS_NAMESPACE: 'Orrery' } },
  })
  const logs = stage
    .ofType('AWS::Logs::LogGroup')
    .find(({ logicalId }) => logicalId === Properties.LoggingConfig.LogGroup.Ref)!
  expect(logs.Properties).toMatchObject({
    LogGroupName: `/aws/lambda/orrery-dev-${name}`,
    RetentionInDays: 14,
  })
  expect(Properties.Timeout).toBeLessThanOrEqual(streaming.includes(name) ? 120 : 900)
})

test.each(functionNames.filter((name) => !outside.includes(name)))('%s is in the VPC, over IPv6', (name) => {
  const { VpcConfig, Environment, Layers } = stage.function(name).Properties
  expect(VpcConfig.Ipv6AllowedForDualStack).toBe(true)
  expect(VpcConfig.SubnetIds).toHaveLength(2)
  expect(Environment.Variables).toMatchObject({
    ...{ DATABASE_AUTH: 'iam', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    NODE_OPTIONS: expect.stringContaining('--dns-result-order=ipv6first'),
  })
  expect(Layers).toHaveLength(1)
})

test('those without a database are not in the VPC, and have no way to it', () => {
  for (const name of outside) {
    const { VpcConfig, Environment } = stage.function(name).Properties
    expect([VpcConfig, Environment.Variables.DATABASE_URL]).toEqual([undefined, undefined])
  }
})

test('only what asks physics tasks may connect to them', () => {
  const callers = functionNames.filter(
    (name) => stage.function(name).Properties.VpcConfig?.SecurityGroupIds.length === 2,
  )
  expect(callers).toEqual(['api-mcp', 'api-sync', 'api-world'])
})

test('what asks physics tasks may ask for them', () => {
  const asking = functionNames.filter(
    (name) =>
      name.startsWith('api-') &&
      stage.function(name).Properties.Environment.Variables.PHYSICS_DEMAND_QUEUE_URL !== undefined,
  )
  expect(asking).toEqual(['api-mcp', 'api-world'])
})

test('the code of a function cannot use the interfaces by which Lambda connects it', () => {
  for (const { Properties } of stage.ofType('AWS::Lambda::Function')) {
    if (Properties.VpcConfig === undefined) continue
    const statements = stage.statementsOf(Properties.Role['Fn::GetAtt'][0])
    const denied = statements.filter(({ Effect }) => Effect === 'Deny')
    const allowed = statements.filter(({ Action }) => list(Action).includes('ec2:CreateNetworkInterface'))
    expect(allowed).toHaveLength(2)
    expect(JSON.stringify(denied[0]!.Condition)).toContain(`function:${Properties.FunctionName}`)
  }
})

test('a failure of each shows: by an alarm of its own, of its queue, of the API, by the deployment or a sign-in', () => {
  const hasAlarm = ({ logicalId }: Resource) =>
    stage
      .ofType('AWS::CloudWatch::Alarm')
      .some(({ Properties }) => JSON.stringify(Properties.Dimensions ?? []).includes(logicalId))
  const isConsumer = ({ logicalId }: Resource) =>
    stage
      .ofType('AWS::Lambda::EventSourceMapping')
      .some(({ Properties }) => Properties.FunctionName.Ref === logicalId)
  const isBehindApi = ({ logicalId }: Resource) =>
    [...stage.ofType('AWS::ApiGateway::Method'), ...stage.ofType('AWS::ApiGateway::Authorizer')].some(
      ({ Properties }) => JSON.stringify(Properties).includes(logicalId),
    )
  const silent = functionNames.filter((name) => {
    const found = stage.function(name)
    return !hasAlarm(found) && !isConsumer(found) && !isBehindApi(found)
  })
  expect(silent.toSorted()).toEqual(['cognito-token', 'migrate'])
  const [pool] = stage.ofType('AWS::Cognito::UserPool')
  expect(JSON.stringify(pool!.Properties.LambdaConfig)).toContain('cognitotoken')
  const [schema] = stage.ofType('Custom::OrrerySchema')
  expect(schema!.Properties.ServiceToken['Fn::GetAtt'][0]).toBe(stage.function('migrate').logicalId)
})

test('what asks the routes of others within itself has whatever their functions have', async () => {
  const whole = await synthesize('dev', { sensitiveComponents: true, search: { embedder: 'bedrock' } })
  const variablesOf = (name: string): Record<string, unknown> =>
    whole.function(name).Properties.Environment.Variables
  const rightsOf = (name: string) =>
    whole
      .statementsOf(whole.function(name).Properties.Role['Fn::GetAtt'][0])
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource: resource }) =>
        list(Action).flatMap((action) => list(resource).map((one) => `${action} ${JSON.stringify(one)}`)),
      )
      // its own log
      .filter((right) => !right.startsWith('logs:'))
  const rights = rightsOf('api-mcp')
  expect(rights.join()).toMatch(/bedrock:InvokeModel.*kms:|kms:.*bedrock:InvokeModel/)
  for (const name of ['api-world', 'api-query', 'api-chronicle', 'api-ingest', 'api-status']) {
    const { POWERTOOLS_SERVICE_NAME: _, ...variables } = variablesOf(name)
    expect(variablesOf('api-mcp'), name).toMatchObject(variables)
    expect(rights, name).toEqual(expect.arrayContaining(rightsOf(name)))
  }
})
