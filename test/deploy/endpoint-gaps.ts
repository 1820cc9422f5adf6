import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { DeleteBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { changeTemplates, dropImages, type Resource, resourcesOf, type Template } from './cloud-assembly.ts'

// What the endpoint (MiniStack 1.5.33) lacks, all in this file, so that no stack is weakened for its sake:
//
// - by the settings of the stage `emulated`, as any stage may set them: no Aurora (`database.kind: external`), no
//   streamed answers (`api.streaming: false`), addresses of IPv4 only (`dualStackEndpoints: false`), a token issuer
//   of our own (the tokens of its Cognito name AWS as their issuer, whose keys are not its keys)
// - by `takeOutGaps`: what its CloudFormation refuses is taken out of the synthesized templates, and the image of the
//   physics is neither built nor pushed, which takes docker
// - by `takeOutGaps`, too: it speaks plain HTTP, which the policies of queues and buckets deny; and it mistakes the
//   resource or the name of a few actions. Apart from these, every function and task may here do what its role allows, no more
// - by `closeGaps`: what its CloudFormation drops in silence is set after the deployment, as the templates say
// - by test/deploy/task-runner.ts: its ECS counts tasks but runs none without docker
// - by a client that repeats its requests: it ends a function's process when its code is replaced, in the middle of a
//   request, which AWS does not
// - by leaving it out: it decodes a request's path before anybody sees it, so that %2F in an id becomes a
//   separator; answers over 6 MB pass; a batch's empty itemIdentifier is ignored; batch windows are not waited for

/** Types that its CloudFormation does not know, and what is not tried here for that reason. */
export const unknownTypes: Record<string, string> = {
  'AWS::Events::Archive': 'events are delivered, but none is kept for a replay',
  'AWS::Events::EventBusPolicy': 'there is one account',
  'AWS::EC2::EgressOnlyInternetGateway': 'its VPC is a record without packets',
  'AWS::EC2::VPCCidrBlock': 'its VPC is a record without packets',
  'AWS::EC2::SecurityGroupIngress': 'its VPC is a record without packets',
  'AWS::EC2::SecurityGroupEgress': 'its VPC is a record without packets',
  'AWS::EC2::FlowLog': 'its VPC is a record without packets',
}

/** What refers to one of these goes with it, but only where it is of such a type: more would hide a fault of ours. */
const mayFollow = ['AWS::EC2::Route']

/** An alarm on an expression over metrics: its CloudWatch takes single metrics only. */
const isMathAlarm = ({ Type, Properties }: Resource): boolean =>
  Type === 'AWS::CloudWatch::Alarm' && Properties.Metrics !== undefined

/**
 * Actions that it authorises on another resource than AWS: it takes the cluster for the service, and every bus for the
 * one. Who may take such an action may take it on anything here.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
const mistakenActions = ['ecs:DescribeServices', 'ecs:UpdateService', 'events:DescribeEventBus']

/** Actions of its own: on AWS the one on the left allows both. */
const batchActions: Record<string, string[]> = {
  'sqs:DeleteMessage': ['sqs:DeleteMessageBatch'],
  'sqs:ChangeMessageVisibility': ['sqs:ChangeMessageVisibilityBatch'],
}

/** Its VPCs have no such attribute; an address range for documentation stands for it. */
const ipv6Range = '2001:db8:1:ff00::/56'

/** Takes out of a synthesized app what the endpoint refuses. */
export const takeOutGaps = (assembly: string): void => {
  changeTemplates(assembly, withoutGaps)
  dropImages(assembly)
}

/**
 * The template without what the endpoint refuses.
 *
 * @throws Error that names a resource which needs one that was taken out
 */
const withoutGaps = (template: Template): Template => {
  const gone = new Set<string>()
  for (const [id, resource] of Object.entries(template.Resources))
    if (resource.Type in unknownTypes || isMathAlarm(resource)) gone.add(id)
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      if (!gone.has(id) && refersTo(Properties, gone)) {
        if (!mayFollow.includes(Type))
          throw new Error(`${id} (${Type}) needs what the endpoint does not know`)
        gone.add(id)
      }
  }
  const kept = Object.entries(template.Resources).filter(([id]) => !gone.has(id))
  const Resources = Object.fromEntries(kept.map(([id, resource]) => [id, adapt(resource, gone)]))
  const outputs = Object.entries(template.Outputs ?? {}).filter(([, output]) => !refersTo(output, gone))
  return { ...template, Resources, Outputs: Object.fromEntries(outputs) }
}

const adapt = (resource: Resource, gone: Set<string>): Resource => {
  const { DependsOn, ...rest } = withoutTlsOnly(withIpv6Range(resource)) as Resource
  if (rest.Type === 'AWS::IAM::Policy') widenMistaken(rest.Properties.PolicyDocument.Statement)
  const waitsFor = [DependsOn ?? []].flat().filter((id) => !gone.has(id))
  return waitsFor.length === 0 ? rest : { ...rest, DependsOn: waitsFor }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const refersTo = (value: unknown, ids: Set<string>): boolean => {
  if (!isObject(value)) return false
  const attribute = value['Fn::GetAtt']
  const id = value.Ref ?? (Array.isArray(attribute) ? attribute[0] : undefined)
  if (typeof id === 'string' && ids.has(id)) return true
  return Object.values(value).some((inner) => refersTo(inner, ids))
}

interface Statement {
  Effect: string
  Action: string | string[]
  Resource: unknown
}

const widenMistaken = (statements: Statement[]): void => {
  const allows = statements.filter(({ Effect }) => Effect === 'Allow')
  for (const statement of allows)
    statement.Action = [statement.Action]
      .flat()
      .flatMap((action) => [action, ...(batchActions[action] ?? [])])
  const allowed = allows.flatMap(({ Action }) => Action)
  const Action = mistakenActions.filter((action) => allowed.includes(action))
  if (Action.length > 0) statements.push({ Effect: 'Allow', Action, Resource: '*' })
}

/** Without the policies' statements that deny whatever does not come over TLS: the endpoint speaks plain HTTP. */
const withoutTlsOnly = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => !isTlsOnly(item)).map(withoutTlsOnly)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutTlsOnly(inner)]))
}

const isTlsOnly = (value: unknown): boolean =>
  isObject(value) &&
  value.Effect === 'Deny' &&
  JSON.stringify(value.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}'

/** The bucket of the CDK has such a policy, too. */
export const openAssets = async (region: string): Promise<void> => {
  const client = new S3Client({ forcePathStyle: true })
  await client.send(new DeleteBucketPolicyCommand({ Bucket: `cdk-hnb659fds-assets-000000000000-${region}` }))
  client.destroy()
}

const withIpv6Range = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withIpv6Range)
  if (!isObject(value)) return value
  const attribute = value['Fn::GetAtt']
  if (Array.isArray(attribute) && attribute[1] === 'Ipv6CidrBlocks') return [ipv6Range]
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIpv6Range(inner)]))
}

/** Sets what the deployment dropped: the time to live of tables. */
export const closeGaps = async (assembly: string): Promise<void> => {
  const client = new DynamoDBClient()
  try {
    for (const { Properties } of resourcesOf(
      assembly,
      'AWS::DynamoDB::Table',
      'AWS::DynamoDB::GlobalTable',
    )) {
      const { TableName, TimeToLiveSpecification } = Properties
      if (TimeToLiveSpecification === undefined) continue
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
    }
  } finally {
    client.destroy()
  }
}
