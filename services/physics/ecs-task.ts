import * as z from 'zod'

/** What a task of ECS knows of itself. */
export interface EcsTask {
  /** Of its network interface: IPv6 where it has one. */
  host: string
  /** Of its definition, `family:version`. */
  revision: string
}

const familyLabel = 'com.amazonaws.ecs.task-definition-family'
const versionLabel = 'com.amazonaws.ecs.task-definition-version'

const metadata = z.object({
  Labels: z.object({ [familyLabel]: z.string(), [versionLabel]: z.string() }),
  Networks: z.array(
    z.object({
      IPv4Addresses: z.array(z.string()).default([]),
      IPv6Addresses: z.array(z.string()).default([]),
    }),
  ),
})

const patienceMs = 5_000

/**
 * Asks the task metadata endpoint, version 4.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 *
 * @throws Error where it does not answer, or with no address
 */
export const readEcsTask = async (metadataUri: string): Promise<EcsTask> => {
  const response = await fetch(metadataUri, { signal: AbortSignal.timeout(patienceMs) })
  if (!response.ok) throw new Error(`the task metadata endpoint answered ${response.status}`)
  const { Labels: labels, Networks: networks } = metadata.parse(await response.json())
  const host = [
    ...networks.flatMap(({ IPv6Addresses }) => IPv6Addresses),
    ...networks.flatMap(({ IPv4Addresses }) => IPv4Addresses),
  ][0]
  if (host === undefined) throw new Error('the task metadata endpoint names no address')
  return { host, revision: `${labels[familyLabel]}:${labels[versionLabel]}` }
}
