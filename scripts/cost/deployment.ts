import { defaultPhysicsConfig } from '#physics/config'
import { Unpriced } from '#platform/cost/item'
import type { Assembly, Resource } from './assembly.ts'
import { hasInsights, type TaskSize, taskSize } from './idle-containers.ts'
import { clusterSettings } from './idle-data.ts'
import { isTrue, listAt, numberAt, textAt, valueAt } from './properties.ts'

/** What a template says about the cost of work. */
export interface Deployment {
  /** Of the function of that name. @throws Unpriced where there is none. */
  memoryGb(name: string): number
  task: TaskSize
  /** As many as there are slots. */
  maxTasks: number
  worldsPerTask: number
  /** A task stores its ticks so often. */
  segmentSeconds: number
  hasInsights: boolean
  /** undefined where the database is none of the app's. */
  aurora: ReturnType<typeof clusterSettings> | undefined
  archiveDays: number
  logDays: number
  isTraced: boolean
  hasUserPool: boolean
  /** How long an object that was replaced or deleted is kept, and paid; 0 without versions. */
  deletedObjectDays: number
}

/** The month that a bucket or log without an end fills. */
const monthDays = 30

/** @throws Unpriced where the template lacks what every deployment has. */
export const readDeployment = (assembly: Assembly): Deployment => {
  const all = (type: string): Resource[] => assembly.resources.filter((resource) => resource.type === type)
  const first = (type: string): Resource => {
    const [resource] = all(type)
    if (resource === undefined) throw new Unpriced(`the template has no ${type}`)
    return resource
  }
  const functionNamed = (name: string): Resource => {
    const found = all('AWS::Lambda::Function').find((each) =>
      textAt(each, 'FunctionName').endsWith(`-${name}`),
    )
    if (found === undefined) throw new Unpriced(`the template has no function ${name}`)
    return found
  }
  const [cluster] = all('AWS::RDS::DBCluster')
  const [archive] = all('AWS::Events::Archive')
  return {
    memoryGb: (name) => numberAt(functionNamed(name), 'MemorySize', 128) / 1_024,
    task: taskSize(first('AWS::ECS::TaskDefinition')),
    maxTasks: all('AWS::SQS::Queue').filter((queue) => /-physics-\d+\.fifo$/.test(textAt(queue, 'QueueName')))
      .length,
    worldsPerTask: numberAt(
      functionNamed('physics-scaler'),
      'Environment.Variables.PHYSICS_WORLDS_PER_TASK',
      1,
    ),
    segmentSeconds: segmentSecondsOf(first('AWS::ECS::TaskDefinition')),
    hasInsights: hasInsights(first('AWS::ECS::Cluster')),
    aurora: cluster && clusterSettings(cluster),
    archiveDays: archive === undefined ? 0 : numberAt(archive, 'RetentionDays', monthDays),
    logDays: Math.max(
      ...all('AWS::Logs::LogGroup').map((group) => numberAt(group, 'RetentionInDays', monthDays)),
    ),
    isTraced: all('AWS::ApiGateway::Stage').some((stage) => isTrue(stage, 'TracingEnabled')),
    hasUserPool: all('AWS::Cognito::UserPool').length > 0,
    deletedObjectDays: Math.max(0, ...all('AWS::S3::Bucket').map(deletedDays)),
  }
}

interface Container {
  Environment?: { Name: string; Value: unknown }[]
}

const segmentSecondsOf = (task: Resource): number => {
  const [container] = listAt(task, 'ContainerDefinitions') as Container[]
  const found = container?.Environment?.find(({ Name }) => Name === 'LEDGER_SEGMENT_MS')
  return Number(found?.Value ?? defaultPhysicsConfig.ledgerSegmentMs) / 1_000
}

interface LifecycleRule {
  Status?: string
  Prefix?: string
  NoncurrentVersionExpiration?: { NoncurrentDays?: number }
}

/** For the checkpoints: the shortest time of the rules that hold for them. */
const deletedDays = (bucket: Resource): number => {
  if (valueAt(bucket, 'VersioningConfiguration.Status') !== 'Enabled') return 0
  const rules = listAt(bucket, 'LifecycleConfiguration.Rules') as LifecycleRule[]
  const days = rules
    .filter(({ Status, Prefix = '' }) => Status === 'Enabled' && 'checkpoints/'.startsWith(Prefix))
    .map(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration?.NoncurrentDays ?? monthDays)
  return Math.min(monthDays, ...days)
}
