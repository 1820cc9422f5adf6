import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { expect, test } from 'vitest'
import type { Bundles } from '../../infra/bundles.ts'
import { addEmbeddingEndpoint, grantEmbedding } from '../../infra/constructs/embedding.ts'
import { readCdkContext, readStage } from '../../infra/settings.ts'

const synthesize = (search: object): Template => {
  const stack = new Stack(new App(), 'stack')
  const settings = readStage(readCdkContext().stages, 'dev', { search })
  const deployment = { stage: 'dev', settings, bundles: {} as Bundles }
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 })
  addEmbeddingEndpoint(
    deployment,
    vpc,
    new SecurityGroup(stack, 'Functions', { vpc, allowAllOutbound: false }),
  )
  const made = new LambdaFunction(stack, 'Function', {
    ...{ runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('x') },
  })
  grantEmbedding(deployment, made)
  return Template.fromStack(stack)
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of whatever shape
const propertiesOf = (template: Template, type: string): any[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties)

const model = (id: string) => ({
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, ':bedrock:', { Ref: 'AWS::Region' }, `::foundation-model/${id}`],
  ],
})

test.each(['hashing', 'off'])('%s needs no way to Bedrock, and has no right to it', (embedder) => {
  const template = synthesize({ embedder })
  expect(propertiesOf(template, 'AWS::EC2::VPCEndpoint')).toEqual([])
  expect(propertiesOf(template, 'AWS::IAM::Policy')).toEqual([])
  const [{ Environment }] = propertiesOf(template, 'AWS::Lambda::Function')
  expect(Environment.Variables).toEqual({ EMBEDDER: embedder })
})

test('Bedrock is reached by an endpoint in the VPC, for one model, and no more is allowed', () => {
  const template = synthesize({ embedder: 'bedrock', dimensions: 512 })
  const statement = {
    Action: 'bedrock:InvokeModel',
    Effect: 'Allow',
    Resource: model('amazon.titan-embed-text-v2:0'),
  }
  const [endpoint] = propertiesOf(template, 'AWS::EC2::VPCEndpoint')
  expect(endpoint).toMatchObject({ VpcEndpointType: 'Interface', PrivateDnsEnabled: true })
  expect(JSON.stringify(endpoint.ServiceName)).toContain('.bedrock-runtime')
  expect(endpoint.PolicyDocument.Statement).toMatchObject([statement])
  expect(
    propertiesOf(template, 'AWS::IAM::Policy').map(({ PolicyDocument }) => PolicyDocument.Statement),
  ).toEqual([[statement]])
  const [{ Environment }] = propertiesOf(template, 'AWS::Lambda::Function')
  expect(Environment.Variables).toEqual({
    ...{ EMBEDDER: 'bedrock', EMBEDDER_MODEL: 'amazon.titan-embed-text-v2:0', EMBEDDER_DIMENSIONS: '512' },
  })
})

test('a model of another form, and dimensions that it does not have, are refused by name', () => {
  expect(() => synthesize({ embedder: 'bedrock', model: '*' })).toThrow(
    'stages.dev.search.model: must be the id of a foundation model',
  )
  expect(() => synthesize({ dimensions: 300 })).toThrow('stages.dev.search.dimensions')
})
