import type { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { MetricName, Service } from '#platform/telemetry/names'
import type { FunctionName } from '../bundles.ts'
import { type Deployment, nameOf } from '../deployment.ts'

/** A number that Orrery measures of itself. */
export const orreryMetric = (
  { stage }: Deployment,
  service: Service,
  metricName: MetricName,
  statistic: string,
  period: Duration,
): Metric =>
  new Metric({ namespace: 'Orrery', metricName, statistic, period, dimensionsMap: { service, stage } })

/** Of a queue, by its name behind `orrery-STAGE-`. */
export const queueMetric = (
  deployment: Deployment,
  name: string,
  metricName: string,
  period: Duration,
): Metric =>
  new Metric({
    ...{ namespace: 'AWS/SQS', metricName, period, statistic: 'Maximum', label: name },
    dimensionsMap: { QueueName: nameOf(deployment, name) },
  })

/** Of the Aurora cluster. */
export const databaseMetric = (
  deployment: Deployment,
  metricName: string,
  statistic: string,
  period: Duration,
): Metric =>
  new Metric({
    ...{ namespace: 'AWS/RDS', metricName, statistic, period },
    dimensionsMap: { DBClusterIdentifier: nameOf(deployment, 'database') },
  })

/** Of the REST API. */
export const apiMetric = (
  deployment: Deployment,
  metricName: string,
  statistic: string,
  period: Duration,
): Metric =>
  new Metric({
    ...{ namespace: 'AWS/ApiGateway', metricName, statistic, period },
    dimensionsMap: { ApiName: nameOf(deployment, 'api') },
  })

/** Of a Lambda function. */
export const functionMetric = (
  deployment: Deployment,
  name: FunctionName,
  metricName: string,
  statistic: string,
  period: Duration,
): Metric =>
  new Metric({
    ...{ namespace: 'AWS/Lambda', metricName, statistic, period, label: name },
    dimensionsMap: { FunctionName: nameOf(deployment, name) },
  })
