import { RegoEngine, TemplateFile, type ValidateConfig } from '@aws/cloudformation-validate'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'
import { beforeAll, describe, expect, test } from 'vitest'
import { everything, type SynthesizedStage, synthesize } from './stage.ts'

const packs = [AwsSolutionsChecks, ServerlessChecks]
const isOfPacks = (id: string): boolean => /^(AwsSolutions|Serverless)-/.test(id)

interface Finding {
  path: string
  id: string
}

const findingsIn = ({ app }: SynthesizedStage): Finding[] =>
  packs.flatMap((Pack) =>
    new Pack(app)
      .validateScope(app)
      .violations.flatMap(({ ruleName: id, violatingResources }) =>
        violatingResources.map(({ constructPath }) => ({ path: constructPath!, id })),
      ),
  )

const acknowledgementsIn = ({ app }: SynthesizedStage): (Finding & { reason: string })[] => {
  const of = ({ node }: IConstruct) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path: node.path, id: id.replace(/^annotation::/i, ''), reason }))
  return app.node
    .findAll()
    .flatMap(of)
    .filter(({ id }) => isOfPacks(id))
}

/** What the packs find where nobody has acknowledged anything. */
const allFindingsIn = (stage: SynthesizedStage): Finding[] => {
  const name = 'ACKNOWLEDGED_RULES_METADATA_KEY'
  const key = Validations[name]
  Object.defineProperty(Validations, name, { value: 'none', configurable: true })
  try {
    return findingsIn(stage)
  } finally {
    Object.defineProperty(Validations, name, { value: key, configurable: true })
  }
}

describe.each([
  ['dev', {}],
  ['prod', { web: { enabled: true } }],
  ['emulated', {}],
  ['dev', everything],
])('%s %#', (name, overrides) => {
  let stage: SynthesizedStage

  beforeAll(async () => {
    stage = await synthesize(name, overrides)
  })

  test('cdk-nag finds nothing that is not acknowledged', () => {
    expect(findingsIn(stage)).toEqual([])
  })

  test('every acknowledgement has a reason, and something to acknowledge', () => {
    const findings = allFindingsIn(stage)
    expect(findings.length).toBeGreaterThan(10)
    const idle = acknowledgementsIn(stage).filter(
      ({ path, id }) => !findings.some((found) => found.id === id && `${found.path}/`.startsWith(`${path}/`)),
    )
    expect(idle).toEqual([])
    for (const { reason } of acknowledgementsIn(stage)) expect(reason).toMatch(/^[A-Z].{20,}\.$/)
  })

  test('CloudFormation can take the templates', () => {
    const engine = new RegoEngine()
    try {
      const diagnostics = stage.assembly.stacks.flatMap(({ templateFullPath }) => {
        const report = engine.validateStandard(new TemplateFile(templateFullPath), configuration)
        expect(report.status).toBe('OK')
        return report.diagnostics.map(({ ruleId, message, entity }) => [ruleId, entity?.logicalId, message])
      })
      expect(diagnostics).toEqual([])
    } finally {
      engine.free()
    }
  })
})

const configuration: ValidateConfig = {
  severityLevel: 'WARN',
  exclude: {
    ids: [
      // a dependency that CloudFormation would find itself: the CDK writes every one
      'W3005',
      // the ARN of a certificate that somebody has is a setting
      'W9002',
      'W9013',
    ],
  },
}
