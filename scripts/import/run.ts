import { type ClientOptions, request } from './client.ts'
import { count, seconds } from './figures.ts'
import type { ImportOptions } from './options.ts'
import { outcomesOf } from './outcomes.ts'
import { showProgress } from './progress.ts'
import { type Sent, sendAll } from './send.ts'
import { openSource } from './source.ts'

/** What a world holds, as far as an import tells it. */
interface WorldState {
  seq: number
  entityCount: number
  relationshipCount: number
  danglingRelationships: number
}

const emptyWorld: WorldState = { seq: 0, entityCount: 0, relationshipCount: 0, danglingRelationships: 0 }

/**
 * Imports the source into the world and prints what it then holds.
 *
 * @throws BatchRefused, BadItem, ApiAway; what was sent until then is printed
 */
export const runImport = async (
  options: ImportOptions,
  api: Pick<ClientOptions, 'url' | 'token'>,
  print: (line: string) => void,
): Promise<void> => {
  const source = await openSource(options)
  const { world, batchItems, inFlight } = options
  print(`Importing ${source.description} into the world "${world}" of ${api.url}`)
  const before = await readWorld({ ...api, note: print }, world)
  const progress = showProgress(source.total)
  const client = { ...api, note: progress.note }
  const sent: Sent = { items: 0, batches: 0, position: 0, waiting: [] }
  const startedAt = performance.now()
  const finish = () => {
    progress.end()
    const took = seconds(performance.now() - startedAt)
    print(`Sent ${count(sent.items)} items in ${count(sent.batches)} batches in ${took}.`)
  }
  const interrupt = () => {
    finish()
    process.exit(130)
  }
  process.once('SIGINT', interrupt)
  try {
    await sendAll(source.items, { client, world, batchItems, inFlight, progress }, sent)
  } finally {
    process.off('SIGINT', interrupt)
    finish()
  }
  const refusals = await outcomesOf({ ...api, note: print }, world, sent.waiting, print)
  await printWorld({ ...api, note: print }, world, before, print)
  if (refusals > 0) throw new Error(`${refusals} batches were refused when they were applied, see above.`)
}

const readWorld = async (client: ClientOptions, world: string): Promise<WorldState> => {
  const { status, body } = await request(client, `/worlds/${encodeURIComponent(world)}`, {})
  return status === 404 ? emptyWorld : (body as WorldState)
}

const printWorld = async (
  client: ClientOptions,
  world: string,
  before: WorldState,
  print: (line: string) => void,
): Promise<void> => {
  const now = await readWorld(client, world)
  // one level of the forest comes with the depth of the whole, without its million ids
  const path = `/worlds/${encodeURIComponent(world)}/hierarchy?depth=1000000`
  const { body } = await request(client, path, {})
  const { maxDepth } = body as { maxDepth: number }
  const dangling =
    now.danglingRelationships === 0 ? '' : ` (${count(now.danglingRelationships)} of them dangling)`
  print(`The world "${world}" holds now:`)
  print(`  entities          ${count(now.entityCount)}`)
  print(`  relationships     ${count(now.relationshipCount)}${dangling}`)
  print(`  hierarchy depth   ${maxDepth}`)
  print(`  seq               ${count(now.seq)}`)
  print(`New events since this import began: ${count(now.seq - before.seq)}`)
}
