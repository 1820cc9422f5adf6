import { beforeAll, describe, expect, test } from 'vitest'
import {
  everything,
  list,
  type Resource,
  type Statement,
  type SynthesizedStage,
  synthesize,
} from './stage.ts'

/** Actions that AWS knows no resources for, or that only AWS itself uses (the functions are denied them). */
const withoutResource = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
  'ecr:GetAuthorizationToken',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
]

const openToAll = ['0.0.0.0/0', '::/0']

describe.each([
  ['dev', {}],
  ['prod', { web: { enabled: true } }],
  ['dev', everything],
])('%s %#', (name, overrides) => {
  let stage: SynthesizedStage

  beforeAll(async () => {
    stage = await synthesize(name, overrides)
  })

  const documents = (): Resource[] =>
    stage.resources.filter(({ Properties }) => Properties.PolicyDocument?.Statement !== undefined)
  const allowed = (): Statement[] =>
    documents()
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Effect }) => Effect === 'Allow')

  test('no policy allows every action, of everything or of one service', () => {
    expect(allowed().length).toBeGreaterThan(20)
    const wide = allowed().filter(({ Action }) => list(Action).some((action) => action.endsWith('*')))
    expect(wide).toEqual([])
  })

  test('every resource is allowed only for what knows no resources', () => {
    const wide = allowed().filter(({ Resource }) => list(Resource).includes('*'))
    const actions = new Set(wide.flatMap(({ Action }) => list(Action)))
    expect([...actions].sort()).toEqual(withoutResource)
  })

  test('no role has a policy that AWS manages, but the one with which API Gateway logs', () => {
    const managed = stage
      .ofType('AWS::IAM::Role')
      .flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])
    expect(managed).toHaveLength(1)
    expect(JSON.stringify(managed)).toContain('AmazonAPIGatewayPushToCloudWatchLogs')
  })

  test('whoever logs in to the database does so as the roles that its work needs', () => {
    const logins = new Map<string, string[]>()
    for (const { logicalId, stack, Properties } of stage.ofType('AWS::IAM::Policy'))
      for (const { Action, Resource } of Properties.PolicyDocument.Statement)
        if (Action === 'rds-db:connect')
          logins.set(
            `${stack}/${logicalId.replace(/(Task)?RoleDefaultPolicy.*/, '')}`,
            list(Resource).map((arn) => /orrery_[a-z]+/.exec(JSON.stringify(arn))![0]),
          )
    expect(Object.fromEntries(logins)).toEqual({
      'api/apichronicle': ['orrery_app'],
      'api/apiingest': ['orrery_app'],
      'api/apiledger': ['orrery_app'],
      'api/apimcp': ['orrery_app'],
      'api/apiquery': ['orrery_app'],
      'api/apistatus': ['orrery_app'],
      'api/apisync': ['orrery_app'],
      'api/apiworld': ['orrery_app'],
      'background/chronicle': ['orrery_app', 'orrery_background'],
      'background/snapshots': ['orrery_background'],
      'ledger/commitengine': ['orrery_app', 'orrery_background'],
      'data/migrate': ['orrery_migrate', 'orrery_owner'],
      'physics/Task': ['orrery_physics'],
      'physics/physicsscaler': ['orrery_relay'],
      'relay/overflow': ['orrery_app'],
      'relay/relay': ['orrery_relay'],
      'relay/relaysweep': ['orrery_relay'],
    })
  })

  /** Who may do what with a table, by the name that its construct has. */
  const usesOf = (table: RegExp) =>
    stage
      .ofType('AWS::IAM::Policy')
      .flatMap(({ logicalId, Properties }) =>
        (Properties.PolicyDocument.Statement as Statement[]).map((found) => ({ logicalId, ...found })),
      )
      .filter(({ Action, Resource }) => {
        const isTable = table.test(JSON.stringify(Resource))
        return isTable && list(Action).some((action) => action.startsWith('dynamodb:'))
      })
      .map(({ logicalId, Action }) => [
        logicalId.replace(/Role.*/, ''),
        list(Action).map((action) => action.replace('dynamodb:', '')),
      ])

  test('the engines alone use the table of copies, and do no more with it than its adapter does', () => {
    expect(usesOf(/Copies/)).toEqual([['commitengine', ['DeleteItem', 'GetItem', 'PutItem', 'Query']]])
  })

  test('the physics alone writes tick snapshots, and those of the API that tell them read them', () => {
    const reading = ['BatchGetItem', 'GetItem', 'Query']
    const uses = usesOf(/Ticks/).map(([who, actions]) => [who, (actions as string[]).toSorted()])
    expect(Object.fromEntries(uses)).toEqual({
      TaskTask: [...reading, 'BatchWriteItem', 'PutItem'].toSorted(),
      apisync: reading,
    })
  })

  test("only migrations read the owner's password", () => {
    const readers = stage
      .ofType('AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('secretsmanager:'))
    expect(readers.map(({ logicalId }) => logicalId)).toEqual([expect.stringMatching(/^migrateRole/)])
  })

  test('nothing can be reached from outside but the API and the distribution', () => {
    for (const type of [
      'AWS::EC2::InternetGateway',
      'AWS::EC2::NatGateway',
      'AWS::EC2::EIP',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::Lambda::Url',
      'AWS::ApiGatewayV2::Api',
    ])
      expect(stage.ofType(type)).toEqual([])
    for (const { Properties } of stage.ofType('AWS::EC2::Subnet'))
      expect(Properties.MapPublicIpOnLaunch ?? false).toBe(false)
    for (const { Properties } of stage.ofType('AWS::RDS::DBInstance'))
      expect(Properties.PubliclyAccessible).toBe(false)
    const [service] = stage.ofType('AWS::ECS::Service')
    expect(service!.Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED')
  })

  test('who may connect to whom is these, and Bedrock’s endpoint where the stage embeds with it', () => {
    for (const { Properties } of stage.ofType('AWS::EC2::SecurityGroup'))
      expect(Properties.SecurityGroupIngress).toBeUndefined()
    const short = (id: string) => /^(Functions|PhysicsClients|Physics|Database|BedrockEndpoint)/.exec(id)![0]
    const rules = stage
      .ofType('AWS::EC2::SecurityGroupIngress')
      .map(({ Properties: { SourceSecurityGroupId, GroupId, FromPort, ToPort } }) => {
        expect(FromPort).toBe(ToPort)
        return `${short(SourceSecurityGroupId['Fn::GetAtt'][0])} → ${short(GroupId['Fn::GetAtt'][0])} ${ToPort}`
      })
    const embeds = stage.ofType('AWS::EC2::VPCEndpoint').some(({ logicalId }) => /Bedrock/.test(logicalId))
    expect(rules.sort()).toEqual([
      ...(embeds ? ['Functions → BedrockEndpoint 443'] : []),
      'Functions → Database 5432',
      'Physics → Database 5432',
      'PhysicsClients → Physics 7010',
    ])
  })

  test('what goes out to anywhere is HTTPS', () => {
    const out = stage
      .ofType('AWS::EC2::SecurityGroup')
      .flatMap(({ Properties }) => Properties.SecurityGroupEgress ?? [])
      .filter(({ CidrIp, CidrIpv6 }) => openToAll.includes(CidrIp ?? CidrIpv6))
    expect(out.length).toBeGreaterThan(0)
    for (const rule of out) expect(rule).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })
  })

  test('buckets are private, encrypted and speak TLS alone', () => {
    const buckets = stage.ofType('AWS::S3::Bucket')
    expect(buckets.length).toBeGreaterThan(0)
    for (const { logicalId, Properties } of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
      expect(Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
      const policy = stage
        .ofType('AWS::S3::BucketPolicy')
        .find((each) => each.Properties.Bucket.Ref === logicalId)!
      const denied = policy.Properties.PolicyDocument.Statement.filter(
        ({ Effect }: Statement) => Effect === 'Deny',
      )
      expect(JSON.stringify(denied)).toContain('aws:SecureTransport')
    }
  })

  test('no policy speaks of everybody, but to deny, and in an endpoint’s of everybody in the account', () => {
    const open = documents().flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(
        ({ Effect, Principal, Condition }: { Effect: string; Principal?: unknown; Condition?: object }) =>
          Effect === 'Allow' &&
          !JSON.stringify(Condition ?? {}).includes('aws:PrincipalAccount') &&
          ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(Principal)),
      ),
    )
    expect(open).toEqual([])
  })
})
