import { type Item, line, piecesOf64Kb } from '#platform/cost/item'
import { eventBytes, writeRun } from '#platform/cost/world-bill'
import type { Deployment } from './deployment.ts'
import type { Load } from './load.ts'
import type { Workload } from './workloads.ts'

/** Mean bytes; of an answer to a spatial read, some twenty entities. */
const bytes = { readAnswer: 4_000, writeAnswer: 300, event: eventBytes }
/** Mean duration of a run, in milliseconds. */
const runMs = { write: writeRun.ms, read: 25, authorizer: 10, relay: 60 }
/** Runs that check a token: its answer is kept for 300 s. */
const authorizationsPerHour = 12

/** From the request to the relay's queues. */
export const requestItems = (workload: Workload, deployment: Deployment, load: Load): Item[] => {
  const { writes, reads, relayRuns } = load
  const { memoryGb } = deployment
  const authorizations = workload.worlds * workload.playHours * authorizationsPerHour
  const answerGb = (reads * bytes.readAnswer + writes * bytes.writeAnswer) / 1e9
  return [
    line('API Gateway', 'requests', writes + reads, 'apiRequest'),
    ...runs('writes', writes, runMs.write, memoryGb('api-ingest')),
    ...runs('reads', reads, runMs.read, memoryGb('api-world')),
    ...runs('authorisations', authorizations, runMs.authorizer, memoryGb('authorizer')),
    ...runs('relay', relayRuns, runMs.relay, memoryGb('relay')),
    // each request takes from its tenant's bucket; each write asks whether its world waits in the overflow
    line('DynamoDB', 'rate limits', writes + reads, 'dynamoWrite'),
    line('DynamoDB', 'overflow markers', writes, 'dynamoRead'),
    ...deliveryItems(deployment, load),
    line('Data transfer', 'answers to the internet', answerGb, 'internetOut'),
    ...(deployment.hasUserPool ? [line('Cognito', 'people who sign in', workload.users, 'cognitoUser')] : []),
  ]
}

const runs = (what: string, count: number, ms: number, memoryGb: number): Item[] => [
  line('Lambda', what, count, 'lambdaRequest'),
  line('Lambda', what, (count * ms * memoryGb) / 1_000, 'lambdaCompute'),
]

/** A message is sent, received and deleted; a receive and a delete of the relay hold all that a run serves. */
const deliveryItems = ({ archiveDays }: Deployment, { writes, events, rings, relayRuns }: Load): Item[] => {
  const pieces = piecesOf64Kb(writes === 0 ? 0 : (events / writes) * bytes.event)
  const eventGb = (events * bytes.event) / 1e9
  return [
    line('SQS', 'doorbells', rings + 2 * relayRuns, 'sqsStandard'),
    line('SQS', 'events to the physics', writes * (2 * pieces + 1), 'sqsFifo'),
    line('EventBridge', 'events', events * piecesOf64Kb(bytes.event), 'customEvent'),
    ...(archiveDays === 0
      ? []
      : [
          line('EventBridge', 'archive', eventGb, 'archiveProcessed'),
          line('EventBridge', 'archive', (eventGb * archiveDays) / 30, 'archiveStored'),
        ]),
  ]
}
