import pg from 'pg'
import { createProjection } from '#chronicle/create-projection'
import { ProjectionBusy } from '#chronicle/projection/postgres/lock'
import { projectWorld } from '#chronicle/projection/project-world'

export interface ChronicleProcessSettings {
  backgroundUrl: string
  writerUrl: string
  worldId: string
  batchEvents: number
  /** Dies with this statement, which the server may still carry out; 0: lives. */
  dieAt: number
}

// A projection of chronicle.test.ts that dies in the middle of its work.
const { backgroundUrl, writerUrl, worldId, batchEvents, dieAt } = JSON.parse(
  process.argv[2]!,
) as ChronicleProcessSettings

let statements = 0
const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const sent = query.apply(this, args)
  if (++statements === dieAt) setImmediate(() => process.kill(process.pid, 'SIGKILL'))
  return sent
} as typeof pg.Client.prototype.query

const { context, close } = createProjection({
  database: { connectionString: backgroundUrl },
  writers: { connectionString: writerUrl },
  doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
  log: (line) => console.error(line),
})

const run = async (): Promise<void> => {
  for (;;) {
    try {
      const { state } = await projectWorld({ ...context, options: { batchEvents } }, worldId)
      if (state !== 'done') throw new Error(`the projection is ${state}`)
      return
    } catch (error) {
      // the server has yet to see that the one before has died
      if (!(error instanceof ProjectionBusy)) throw error
    }
  }
}

await run()
await close()
