import { createQueue, startLocalSqs } from '#platform/queue/local-sqs'
import { createSqsClient } from '#platform/queue/sqs'

/** SQS over the wire, in this process and its memory: what was queued ends with it. */
export interface LocalQueues {
  endpoint: string
  region: string
  urls: {
    doorbell: string
    wake: string
    slots: string[]
    snapshots: string
    ledger: string
    chronicle: string
  }
  stop(): Promise<void>
}

const region = 'us-east-1'

/** Starts the queue server on a free port of 127.0.0.1 and makes the queues of a stack. */
export const startQueues = async (slots = 2): Promise<LocalQueues> => {
  const server = await startLocalSqs()
  const client = createSqsClient({ endpoint: server.endpoint, region })
  // a crashed reader's messages come again after this; while they are away, their FIFO group waits
  const make = (name: string) => createQueue(client, name, { visibilityTimeoutSeconds: 30 })
  try {
    const [doorbell, wake] = [await make('orrery-doorbell'), await make('orrery-physics-wake.fifo')]
    const slotNames = Array.from({ length: slots }, (_, slot) => `orrery-physics-${slot}.fifo`)
    const snapshots = await make('orrery-snapshots')
    const ledger = await make('orrery-ledger.fifo')
    const chronicle = await make('orrery-chronicle')
    const slotUrls = await Promise.all(slotNames.map(make))
    const urls = { doorbell, wake, slots: slotUrls, snapshots, ledger, chronicle }
    return { endpoint: server.endpoint, region, urls, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  } finally {
    client.destroy()
  }
}
