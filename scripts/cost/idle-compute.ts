import { type Item, line, monthHours } from '#platform/cost/item'
import { metricTable } from '#platform/telemetry/names'
import { type Assembly, namedIn, type Resource, referenced } from './assembly.ts'
import { numberAt, textAt, unpriced, valueAt } from './properties.ts'
import { type Schedule, schedulesOf } from './schedule.ts'

/**
 * Lambda asks each queue with five pollers, each for 20 s, also while nothing comes; with two at best where the
 * trigger has no maximum of concurrency (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
 */
const emptyReceives = 5 * 3 * 60 * monthHours

export const eventSource = (resource: Resource, assembly: Assembly): Item[] => {
  if (String(valueAt(resource, 'Enabled')) === 'false') return []
  if (valueAt(resource, 'ProvisionedPollerConfig') !== undefined)
    throw unpriced(resource, 'provisioned pollers are not in the price table')
  const arn = valueAt(resource, 'EventSourceArn')
  const source =
    referenced(assembly, resource.stack, arn) ?? namedIn(assembly, arn, 'AWS::SQS::Queue', 'QueueName')
  if (source?.type !== 'AWS::SQS::Queue') throw unpriced(resource, 'its source is no queue of the app')
  return String(valueAt(source, 'FifoQueue')) === 'true'
    ? [line('SQS', 'empty receives of Lambda, FIFO', emptyReceives, 'sqsFifo')]
    : [line('SQS', 'empty receives of Lambda, standard', emptyReceives, 'sqsStandard')]
}

/** Of a scheduled function, which does little when nobody played; seconds, and gigabytes that it logs. */
const quietRun = { seconds: 20, logGb: 5e-6 }

export const schedule = (resource: Resource, assembly: Assembly): Item[] =>
  schedulesOf(resource, assembly).flatMap((found) => [
    ...(resource.type === 'AWS::Scheduler::Schedule'
      ? [line('Scheduler', 'runs', found.runs, 'schedulerRun')]
      : []),
    ...scheduledRuns(found),
  ])

const scheduledRuns = ({ runs, target }: Schedule): Item[] => {
  const gb = numberAt(target, 'MemorySize', 128) / 1_024
  const service = textAt(target, 'Environment.Variables.POWERTOOLS_SERVICE_NAME')
  const measured = Object.values(metricTable).filter(({ by }) => (by as readonly string[]).includes(service))
  // a metric is paid for the hours in which it is written
  const metricMonths = (measured.length * Math.min(runs, monthHours)) / monthHours
  return [
    line('Lambda', 'scheduled runs', runs, 'lambdaRequest'),
    line('Lambda', 'scheduled runs', runs * quietRun.seconds * gb, 'lambdaCompute'),
    line('CloudWatch', 'custom metrics of scheduled runs', metricMonths, 'metric'),
    line('CloudWatch', 'logs of scheduled runs', runs * quietRun.logGb, 'logsIngested'),
    line('X-Ray', 'traces of scheduled runs', runs, 'trace'),
  ]
}
