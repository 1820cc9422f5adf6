import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { afterAll } from 'vitest'
import { bundleAll } from '../../infra/bundles.ts'
import { createOrrery } from '../../infra/orrery.ts'
import { readCdkContext, readStage } from '../../infra/settings.ts'

export interface Resource {
  /** `STACK/LOGICAL-ID` */
  id: string
  /** Without the `orrery-STAGE-`. */
  stack: string
  logicalId: string
  Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of whatever shape
  Properties: any
  DependsOn?: string[]
  DeletionPolicy?: string
}

/** A stage as CloudFormation gets it. */
export interface SynthesizedStage {
  app: App
  assembly: CloudAssembly
  resources: Resource[]
  ofType(type: string): Resource[]
  /** The function of that name. */
  function(name: string): Resource
  /** The statements of a function's or task's role. */
  statementsOf(role: string): Statement[]
}

export interface Statement {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: unknown
  Condition?: unknown
}

/** Every variation that goes with mutual TLS: an issuer of one's own, a key of KMS; the console does not. */
export const everything = {
  api: {
    domain: {
      name: 'worlds.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
      truststore: 's3://example-truststore/clients/ca.pem',
    },
  },
  identity: { issuer: 'https://login.example.com/', audience: 'orrery', tenantClaim: 'org' },
  alarmEmail: 'somebody@example.com',
  physics: { maxTasks: 3 },
  search: { embedder: 'bedrock' },
  sensitiveComponents: true,
}

// the templates are validated once, by validate.test.ts, instead of by each synthesis, which takes 4 s longer so
process.env.CDK_VALIDATION = 'false'

/** Synthesizes a stage of cdk.json. */
export const synthesize = async (stage: string, overrides: object = {}): Promise<SynthesizedStage> => {
  const context = readCdkContext()
  const outdir = mkdtempSync(join(tmpdir(), 'orrery-infra-'))
  afterAll(() => rmSync(outdir, { recursive: true, force: true }))
  const app = new App({ context, outdir })
  const settings = readStage(context.stages, stage, overrides)
  createOrrery(app, { stage, settings, bundles: await bundleAll() })
  const assembly = app.synth()
  const resources = assembly.stacks.flatMap(({ stackName, template }) =>
    Object.entries<Omit<Resource, 'id' | 'stack' | 'logicalId'>>(template.Resources).map(
      ([logicalId, resource]) => ({
        ...resource,
        ...{ id: `${stackName}/${logicalId}`, stack: stackName.slice(`orrery-${stage}-`.length), logicalId },
        Properties: resource.Properties ?? {},
      }),
    ),
  )
  return { app, assembly, resources, ...lookUps(resources, stage) }
}

const lookUps = (resources: Resource[], stage: string) => {
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type)
  const lambda = (name: string): Resource => {
    const named = ({ Properties }: Resource) => Properties.FunctionName === `orrery-${stage}-${name}`
    return one(ofType('AWS::Lambda::Function').filter(named), `function ${name}`)
  }
  const statementsOf = (role: string): Statement[] => {
    const ofRole = ({ Properties }: Resource) =>
      Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(role))
    return ofType('AWS::IAM::Policy')
      .filter(ofRole)
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
  }
  return { ofType, function: lambda, statementsOf }
}

export const one = <T>(found: T[], what: string): T => {
  if (found.length !== 1) throw new Error(`${found.length} of ${what}, not one`)
  return found[0]!
}

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value])
