import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { inRepository } from '../../infra/deployment.ts'
import { one, type Statement, type SynthesizedStage, synthesize } from './stage.ts'

let dev: SynthesizedStage
let prod: SynthesizedStage
let emulated: SynthesizedStage

beforeAll(async () => {
  dev = await synthesize('dev')
  prod = await synthesize('prod')
  emulated = await synthesize('emulated')
})

const cluster = (stage: SynthesizedStage) => one(stage.ofType('AWS::RDS::DBCluster'), 'cluster')

test('the database pauses, takes IAM tokens, is encrypted and has addresses of both kinds', () => {
  expect(cluster(dev).Properties).toMatchObject({
    ...{ Engine: 'aurora-postgresql', EngineVersion: expect.stringMatching(/^17\./) },
    ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 2, SecondsUntilAutoPause: 300 },
    ...{ EnableIAMDatabaseAuthentication: true, StorageEncrypted: true, NetworkType: 'DUAL' },
    ManageMasterUserPassword: true,
  })
  expect(dev.ofType('AWS::RDS::DBProxy')).toEqual([])
})

test('how well it is kept is a matter of the stage', () => {
  expect(cluster(dev).Properties).toMatchObject({ DeletionProtection: false, BackupRetentionPeriod: 1 })
  expect(cluster(dev).DeletionPolicy).toBe('Delete')
  expect(cluster(prod).Properties).toMatchObject({ DeletionProtection: true, BackupRetentionPeriod: 14 })
  expect(cluster(prod).DeletionPolicy).toBe('Retain')
  for (const type of ['AWS::S3::Bucket', 'AWS::Cognito::UserPool'])
    expect([dev, prod].map((stage) => stage.ofType(type)[0]!.DeletionPolicy)).toEqual(['Delete', 'Retain'])
})

test('an external database is used, and none is made', () => {
  for (const type of ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::SecretsManager::Secret'])
    expect(emulated.ofType(type)).toEqual([])
  expect(emulated.function('relay').Properties.Environment.Variables).toMatchObject({
    DATABASE_AUTH: 'secret',
    DATABASE_SECRET_ARN: 'orrery-emulated-database',
    DATABASE_URL: 'postgres://orrery_relay@127.0.0.1:5432/orrery',
  })
})

test('an emulator is not asked for addresses that it does not have', () => {
  const { Variables } = emulated.function('relay').Properties.Environment
  expect(Variables.AWS_USE_DUALSTACK_ENDPOINT).toBeUndefined()
  expect(Variables.NODE_OPTIONS).toBe('--enable-source-maps')
})

test('the schema is made when the database is there, and before anybody who relies on it', () => {
  const schema = one(dev.ofType('Custom::OrrerySchema'), 'schema')
  const writer = one(dev.ofType('AWS::RDS::DBInstance'), 'writer')
  expect(schema.DependsOn).toContain(writer.logicalId)
  // the schema's stack is deployed, its custom resource with it, before these begin
  for (const name of ['relay', 'physics', 'ledger', 'api', 'background']) {
    const { dependencies } = dev.assembly.getStackByName(`orrery-dev-${name}`)
    expect(dependencies.map(({ id }) => id)).toContain('orrery-dev-data')
  }
})

test('it is brought up again whenever the migrations are others', () => {
  const schema = one(dev.ofType('Custom::OrrerySchema'), 'schema')
  expect(schema.Properties.version).toMatch(/^migrate-[0-9a-f]{16}$/)
})

test('objects have versions, and get cold', () => {
  const { Properties } = one(dev.ofType('AWS::S3::Bucket'), 'bucket')
  expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' })
  const rules: Record<string, { Transitions?: { StorageClass: string }[]; ExpirationInDays?: number }> =
    Object.fromEntries(Properties.LifecycleConfiguration.Rules.map((rule: { Id: string }) => [rule.Id, rule]))
  expect(rules.colder!.Transitions!.map(({ StorageClass }) => StorageClass)).toEqual([
    'STANDARD_IA',
    'GLACIER_IR',
  ])
  expect(rules.archive!.Transitions!.map(({ StorageClass }) => StorageClass)).toEqual(['GLACIER_IR'])
  for (const name of ['ticks', 'spill', 'archive']) expect(rules[name]).not.toHaveProperty('ExpirationInDays')
  // a request that waits may lie in a queue and then among its dead letters, 14 days each
  expect(rules.overflow!.ExpirationInDays).toBeGreaterThan(28)
})

test('tables are paid by the request and encrypted by the key that AWS manages', () => {
  const tables = dev.ofType('AWS::DynamoDB::Table')
  const named = (name: string) =>
    one(
      tables.filter(({ Properties }) => Properties.TableName === name),
      name,
    )
  for (const { Properties } of tables)
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
    })
  expect(named('orrery-dev-overflow').Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'key', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
  expect(named('orrery-dev-limits').Properties).toMatchObject({
    KeySchema: [{ AttributeName: 'tenant', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  })
  expect(named('orrery-dev-ticks').Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'partition', KeyType: 'HASH' },
      { AttributeName: 'key', KeyType: 'RANGE' },
    ],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  })
  expect(named('orrery-dev-ticks')).toMatchObject({ DeletionPolicy: 'Delete' })
  expect(named('orrery-dev-copies').Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'partition', KeyType: 'HASH' },
      { AttributeName: 'key', KeyType: 'RANGE' },
    ],
  })
})

test('the layer holds the authorities of RDS, three for each region, and none of them is over', () => {
  const pem = readFileSync(inRepository('infra/layers/rds-certificates/rds-global-bundle.pem'), 'utf8')
  const certificates = pem
    .match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!
    .map((text) => new X509Certificate(text))
  const regions = new Map<string, X509Certificate[]>()
  for (const certificate of certificates) {
    const region = /CN=Amazon RDS (\S+) Root CA (RSA|ECC)\d+ G1/.exec(certificate.subject)?.[1]
    // Amazon's own file has authorities of former times too
    if (region !== undefined) regions.set(region, [...(regions.get(region) ?? []), certificate])
  }
  expect(regions.size).toBeGreaterThanOrEqual(27)
  for (const [region, ofRegion] of regions) {
    expect([region, ofRegion.length]).toEqual([region, 3])
    for (const certificate of ofRegion) {
      expect(certificate.ca && certificate.verify(certificate.publicKey)).toBe(true)
      expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now())
    }
  }
})

test('a key for sensitive components is made where they are switched on, and used for a named tenant alone', async () => {
  for (const stage of [dev, prod, emulated]) expect(stage.ofType('AWS::KMS::Key')).toEqual([])
  expect(dev.function('api-world').Properties.Environment.Variables).not.toHaveProperty('SEALING_KEY_ARN')
  const sealing = await synthesize('dev', { sensitiveComponents: true })
  expect(one(sealing.ofType('AWS::KMS::Key'), 'key').Properties.EnableKeyRotation).toBe(true)
  expect(sealing.function('api-world').Properties.Environment.Variables).toHaveProperty('SEALING_KEY_ARN')
  const allowed = sealing
    .ofType('AWS::IAM::Policy')
    .flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.map((statement: Statement) => ({
        ...statement,
        role: Properties.Roles[0].Ref as string,
      })),
    )
    .filter(({ Action }) => JSON.stringify(Action).includes('kms:'))
  const opening = ['apiingest', 'apiworld', 'apiquery', 'apitraining', 'apimcp']
  expect(allowed).toEqual(
    opening.map((name) => ({
      ...{
        role: expect.stringMatching(new RegExp(`^${name}`)),
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt'],
      },
      Resource: expect.anything(),
      Condition: {
        StringLike: { 'kms:EncryptionContext:tenant': '?*' },
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant'] },
      },
    })),
  )
})
