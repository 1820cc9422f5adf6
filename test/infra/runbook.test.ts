import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inRepository } from '../../infra/deployment.ts'
import { runbookSections } from '../../infra/runbook-sections.ts'
import { type Resource, type SynthesizedStage, synthesize } from './stage.ts'

/** As GitHub makes the anchor of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

test('the runbook has the sections that alarms send people to', () => {
  const runbook = readFileSync(inRepository('docs/runbook.md'), 'utf8')
  const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => anchor(heading!))
  expect(headings.filter((heading) => heading !== 'tools').sort()).toEqual([...runbookSections].sort())
})

describe.each(['dev', 'prod'])('the alarms of %s', (name) => {
  let stage: SynthesizedStage
  let alarms: Resource[]

  beforeAll(async () => {
    stage = await synthesize(name)
    alarms = stage.ofType('AWS::CloudWatch::Alarm')
  })

  test('each say what they mean and where the runbook goes on', () => {
    expect(alarms.length).toBeGreaterThan(15)
    const linked = alarms.map(({ Properties }) => {
      const [, means, section] = /^(.{20,}\.) See docs\/runbook\.md#(.+)$/.exec(Properties.AlarmDescription)!
      expect(means).toMatch(/^[A-Z]/)
      return section!
    })
    // the section that no alarm sends to is about a deployment, which fails before eyes
    const unlinked = runbookSections.filter((section) => !linked.includes(section))
    const slowness = [
      ...['api-latency', 'physics-tick-time', 'commit-latency', 'ledger-lag', 'accumulator-bytes'],
    ]
    expect(unlinked).toEqual([...(name === 'dev' ? slowness : []), 'migration-failed'])
    for (const section of linked) expect(runbookSections).toContain(section)
    expect(stage.function('migrate').Properties.Description).toContain('docs/runbook.md#migration-failed')
  })

  test('all tell the one topic, when they begin and when they are over', () => {
    const [topic] = stage.ofType('AWS::SNS::Topic')
    for (const { Properties } of alarms)
      for (const actions of [Properties.AlarmActions, Properties.OKActions])
        expect(JSON.stringify(actions)).toContain(`:${topic!.Properties.TopicName}"`)
  })

  test('have names of their own, and take silence for peace', () => {
    expect(new Set(alarms.map(({ Properties }) => Properties.AlarmName)).size).toBe(alarms.length)
    for (const { Properties } of alarms) expect(Properties.TreatMissingData).toBe('notBreaching')
  })

  test('stand beside a dashboard, where the settings say so', () => {
    const dashboards = stage
      .ofType('AWS::CloudWatch::Dashboard')
      .map(({ Properties }) => Properties.DashboardName)
    expect(dashboards).toEqual(name === 'prod' ? ['orrery-prod-overview'] : [])
  })

  test('cost little: one metric each, where it can be', () => {
    const metrics = alarms.map(
      ({ Properties }) =>
        Properties.Metrics?.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat).length ?? 1,
    )
    const aMonth = 0.1 * metrics.reduce((sum, count) => sum + count, 0)
    expect(aMonth).toBeLessThanOrEqual(name === 'prod' ? 4.5 : 3.5)
  })
})
