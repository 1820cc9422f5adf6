import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { arnOf, type Deployment, nameOf } from '../deployment.ts'
import type { RunbookSection } from '../runbook-sections.ts'

export interface DocumentedAlarm {
  /** What it means, for whoever is woken. */
  means: string
  section: RunbookSection
  metric: IMetric
  /** Goes off above this. */
  above: number
  /** Periods in a row; default 1. */
  periods?: number
}

/** The topic of all alarms; named, so that no stack has to wait for another to know it. */
export const alarmTopicName = (deployment: Deployment): string => nameOf(deployment, 'alarms')

/**
 * An alarm that says what it means and where the runbook goes on. No data is no alarm: what does not run
 * measures nothing.
 */
export const createAlarm = (
  scope: Construct,
  deployment: Deployment,
  name: string,
  { means, section, metric, above, periods = 1 }: DocumentedAlarm,
): Alarm => {
  const alarm = new Alarm(scope, `Alarm-${name}`, {
    alarmName: nameOf(deployment, name),
    alarmDescription: `${means} See docs/runbook.md#${section}`,
    metric,
    threshold: above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
  const alarmActionArn = arnOf(scope, 'sns', alarmTopicName(deployment))
  const notify: IAlarmAction = { bind: () => ({ alarmActionArn }) }
  alarm.addAlarmAction(notify)
  alarm.addOkAction(notify)
  return alarm
}
