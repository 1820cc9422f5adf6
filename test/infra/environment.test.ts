import { beforeAll, describe, expect, test } from 'vitest'
import { readChronicleApiConfig } from '../../functions/api-chronicle/config.ts'
import { readIngestConfig } from '../../functions/api-ingest/config.ts'
import { readLedgerApiConfig } from '../../functions/api-ledger/config.ts'
import { readMcpConfig } from '../../functions/api-mcp/config.ts'
import { readQueryConfig } from '../../functions/api-query/config.ts'
import { readStatusConfig } from '../../functions/api-status/config.ts'
import { readSyncConfig } from '../../functions/api-sync/config.ts'
import { readTrainingConfig } from '../../functions/api-training/config.ts'
import { readWorldConfig } from '../../functions/api-world/config.ts'
import { readAuthorizerConfig } from '../../functions/authorizer/config.ts'
import { readChronicleConfig } from '../../functions/chronicle/config.ts'
import { readCommitEngineConfig } from '../../functions/commit-engine/config.ts'
import { readMigrateConfig } from '../../functions/migrate/config.ts'
import { readOverflowConfig } from '../../functions/overflow/config.ts'
import { readScalerConfig } from '../../functions/physics-scaler/config.ts'
import { readRelayConfig } from '../../functions/relay/config.ts'
import { readSweepConfig } from '../../functions/relay-sweep/config.ts'
import { readSnapshotsConfig } from '../../functions/snapshots/config.ts'
import { readRestConfig } from '../../functions/sync/config.ts'
import { inRepository } from '../../infra/deployment.ts'
import { readConfig as readPhysicsConfig } from '../../services/physics/config.ts'
import { one, type SynthesizedStage, synthesize } from './stage.ts'

const readers = {
  'api-chronicle': readChronicleApiConfig,
  'api-ingest': readIngestConfig,
  'api-status': readStatusConfig,
  'api-ledger': readLedgerApiConfig,
  'api-mcp': readMcpConfig,
  'api-query': readQueryConfig,
  'api-sync': readSyncConfig,
  'api-training': readTrainingConfig,
  'api-world': readWorldConfig,
  authorizer: readAuthorizerConfig,
  chronicle: readChronicleConfig,
  'commit-engine': readCommitEngineConfig,
  migrate: readMigrateConfig,
  overflow: readOverflowConfig,
  'physics-scaler': readScalerConfig,
  relay: readRelayConfig,
  'relay-sweep': readSweepConfig,
  snapshots: readSnapshotsConfig,
  sync: readRestConfig,
}

/** A variable as it is once CloudFormation has put in what only it knows. */
const resolved = (value: unknown): string => {
  if (typeof value === 'string') return value
  const { 'Fn::Join': join } = value as { 'Fn::Join'?: [string, unknown[]] }
  if (join === undefined) return 'https://sqs.example.com/123456789012/name'
  const [separator, parts] = join
  // the URLs of slots stand between commas; what stands inside of anything else is a name
  const isList = parts.includes(',')
  return parts
    .map((part) => (typeof part === 'string' ? part : isList ? resolved(part) : 'name'))
    .join(separator)
}

const resolvedAll = (variables: Record<string, unknown>): Record<string, string> => ({
  AWS_REGION: 'eu-central-1',
  ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, resolved(value)])),
})

describe.each(['dev', 'prod', 'emulated'])('in %s', (name) => {
  let stage: SynthesizedStage

  beforeAll(async () => {
    stage = await synthesize(name)
  })

  test.each(Object.entries(readers))('%s finds every setting that it reads', (functionName, read) => {
    const { Variables } = stage.function(functionName).Properties.Environment
    expect(read(resolvedAll(Variables))).toBeTruthy()
  })

  test('a physics task finds every setting that it reads', () => {
    const [container] = one(stage.ofType('AWS::ECS::TaskDefinition'), 'task').Properties.ContainerDefinitions
    const variables = Object.fromEntries(
      container.Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
    )
    const config = readPhysicsConfig({
      ...resolvedAll(variables),
      DATABASE_CA_FILE: inRepository('infra/layers/rds-certificates/rds-global-bundle.pem'),
    })
    expect(config).toMatchObject({ host: '::', port: 7_010, ledgerSegmentMs: 10_000 })
    expect(config.ledgerQueueUrl).toContain('ledger.fifo')
    const [slots, worlds] = name === 'prod' ? [4, 20] : [1, undefined]
    expect([config.slotQueueUrls.length, config.worldsPerTask]).toEqual([slots, worlds])
  })
})
