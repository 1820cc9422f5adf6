import { setTimeout as delay } from 'node:timers/promises'
import { type ClientOptions, request } from './client.ts'

const pollMs = 500

/** Waits until the batches that were accepted while the database was away are applied; tells the refused ones. */
export const outcomesOf = async (
  client: ClientOptions,
  world: string,
  requestIds: string[],
  print: (line: string) => void,
): Promise<number> => {
  if (requestIds.length > 0)
    print(`${requestIds.length} batches wait for the database, to be applied in order …`)
  let refused = 0
  for (const id of requestIds) {
    const { status, refusal } = await settledOutcome(client, world, id)
    if (status === 'applied') continue
    refused += 1
    print(`Request ${id} was refused: ${refusal?.detail ?? status}`)
  }
  return refused
}

interface RequestOutcome {
  status: 'applied' | 'refused' | 'waiting'
  refusal?: { detail: string }
}

const settledOutcome = async (client: ClientOptions, world: string, id: string): Promise<RequestOutcome> => {
  for (;;) {
    const { body } = await request(client, `/requests/${id}?world=${encodeURIComponent(world)}`, {})
    const outcome = body as RequestOutcome
    if (outcome.status !== 'waiting') return outcome
    await delay(pollMs)
  }
}
