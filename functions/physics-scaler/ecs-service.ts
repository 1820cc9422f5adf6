import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs'

/** A service whose tasks are counted. */
export interface ScaledService {
  /** How many tasks it is to have. */
  desiredTasks(): Promise<number>
  setDesiredTasks(tasks: number): Promise<void>
}

/** A service of ECS. It ends tasks only as their scale-in protection allows, which is why nothing here waits. */
export const ecsService = (client: ECSClient, cluster: string, service: string): ScaledService => ({
  desiredTasks: async () => {
    const answer = await client.send(new DescribeServicesCommand({ cluster, services: [service] }))
    const count = answer.services?.[0]?.desiredCount
    if (count !== undefined) return count
    throw new Error(`ECS knows no service ${service} in ${cluster}: ${answer.failures?.[0]?.reason}`)
  },
  setDesiredTasks: async (tasks) => {
    await client.send(new UpdateServiceCommand({ cluster, service, desiredCount: tasks }))
  },
})
