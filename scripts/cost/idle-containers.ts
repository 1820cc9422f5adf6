import { type Item, line, monthHours } from '#platform/cost/item'
import { type Assembly, type Resource, referenced } from './assembly.ts'
import { listAt, numberAt, unpriced, valueAt } from './properties.ts'

export interface TaskSize {
  vcpu: number
  memoryGb: number
}

export const taskSize = (definition: Resource): TaskSize => ({
  vcpu: numberAt(definition, 'Cpu', 256) / 1_024,
  memoryGb: numberAt(definition, 'Memory', 512) / 1_024,
})

export const fargateItems = (what: string, hours: number, { vcpu, memoryGb }: TaskSize): Item[] => [
  line('Fargate', `${what}, CPU`, hours * vcpu, 'fargateVcpu'),
  line('Fargate', `${what}, memory`, hours * memoryGb, 'fargateMemory'),
]

/** Tasks that run although nobody plays. */
export const containerService = (resource: Resource, assembly: Assembly): Item[] => {
  const hours = quietTasks(resource, assembly) * monthHours
  if (hours === 0) return []
  const definition = referenced(assembly, resource.stack, valueAt(resource, 'TaskDefinition'))
  if (definition === undefined) throw unpriced(resource, 'its task definition is none of the app')
  const isPublic = valueAt(resource, 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp') === 'ENABLED'
  return [
    ...fargateItems('tasks that never stop', hours, taskSize(definition)),
    ...(isPublic ? [line('VPC', 'public IPv4', hours, 'publicAddress')] : []),
  ]
}

/** ECS keeps one where the template does not say how many, unless a function of the app sets the number. */
const quietTasks = (service: Resource, assembly: Assembly): number => {
  const isScaled = assembly.resources.some(
    (each) =>
      each.type === 'AWS::Lambda::Function' &&
      referenced(assembly, each.stack, valueAt(each, 'Environment.Variables.ECS_SERVICE')) === service,
  )
  return numberAt(service, 'DesiredCount', isScaled ? 0 : 1)
}

/** Compressed; the one that runs and the one before. */
const imagesGb = 2 * 0.15

export const taskDefinition = (): Item[] => [line('ECR', 'images', imagesGb, 'ecrStorage')]

/** What Container Insights measures of a cluster and a service without a task. */
const quietInsights = 10

export const containerCluster = (resource: Resource): Item[] =>
  hasInsights(resource) ? [line('CloudWatch', 'Container Insights', quietInsights, 'metric')] : []

export const hasInsights = (cluster: Resource): boolean =>
  listAt(cluster, 'ClusterSettings')
    .map((setting) => setting as { Name?: string; Value?: string })
    .some(({ Name, Value }) => Name === 'containerInsights' && Value !== 'disabled')
