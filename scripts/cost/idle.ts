import { type Item, line, mergeItems, Unpriced } from '#platform/cost/item'
import type { Assembly, Resource } from './assembly.ts'
import { eventSource, schedule } from './idle-compute.ts'
import { containerCluster, containerService, taskDefinition } from './idle-containers.ts'
import { bucket, cluster, instance, secret, table } from './idle-data.ts'
import { freeTypes } from './idle-free.ts'
import { alarm, compositeAlarm, dashboard, flowLog } from './idle-monitoring.ts'
import {
  apiStage,
  endpoint,
  hostedZone,
  key,
  loadBalancer,
  natGateway,
  publicAddress,
  userPoolClient,
  webAcl,
} from './idle-network.ts'

/** What a resource costs a month while nobody plays. @throws Unpriced */
type PriceOf = (resource: Resource, assembly: Assembly) => Item[]

const pricedTypes: Record<string, PriceOf> = {
  'AWS::ApiGateway::Stage': apiStage,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::DynamoDB::Table': table,
  'AWS::EC2::EIP': publicAddress,
  'AWS::EC2::FlowLog': flowLog,
  'AWS::EC2::NatGateway': natGateway,
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::ECS::Cluster': containerCluster,
  'AWS::ECS::Service': containerService,
  'AWS::ECS::TaskDefinition': taskDefinition,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::Events::Rule': schedule,
  'AWS::KMS::Key': key,
  'AWS::Lambda::EventSourceMapping': eventSource,
  'AWS::RDS::DBCluster': cluster,
  'AWS::RDS::DBInstance': instance,
  'AWS::Route53::HostedZone': hostedZone,
  'AWS::S3::Bucket': bucket,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::SecretsManager::Secret': secret,
  'AWS::WAFv2::WebACL': webAcl,
}

/** What the CDK keeps in the account's own bucket to deploy from. */
const assets = line('S3', 'storage', 0.1, 's3Storage')

/**
 * What the app costs a month while nobody plays.
 *
 * @throws Unpriced that names each resource whose type, or setting, the model does not know: a new one cannot
 *   hide what it costs.
 */
export const idleItems = (assembly: Assembly): Item[] => {
  const problems: string[] = []
  const items = assembly.resources.flatMap((resource) => {
    try {
      return itemsOf(resource, assembly)
    } catch (error) {
      if (!(error instanceof Unpriced)) throw error
      problems.push(error.message)
      return []
    }
  })
  if (problems.length > 0) throw new Unpriced(problems.join('\n'))
  const services = mergeItems([...items, assets])
  return services.toSorted((a, b) => a.service.localeCompare(b.service))
}

const itemsOf = (resource: Resource, assembly: Assembly): Item[] => {
  const { type, stack, id } = resource
  const priceOf = pricedTypes[type]
  if (priceOf !== undefined) return priceOf(resource, assembly)
  if (Object.hasOwn(freeTypes, type)) return []
  throw new Unpriced(
    `${type} (${stack}/${id}): the model does not know what this type costs; see scripts/cost`,
  )
}
