import { appendFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseRole } from '#platform/postgres/roles'
import { freePort, type LocalPostgres, type LocalPostgresOptions, startPostgres } from './postgres.ts'

/** A local PostgreSQL that is started again, on the same port, whenever it ends by itself. */
export interface SupervisedPostgres {
  port: number
  adminUrl(database?: string): string
  url(role: DatabaseRole): string
  pid(): number | undefined
  /** Stops the server and leaves it so, as an outage does. */
  pause(): Promise<void>
  /** Ends a pause. */
  resume(): Promise<void>
  stop(): Promise<void>
  kill(): void
}

const retryMs = 1_000

export interface SupervisedPostgresOptions extends LocalPostgresOptions {
  /** Takes what the server says; begun anew here. */
  logFile: string
  /** A line about a server that ended by itself. */
  log: (line: string) => void
}

export const startSupervisedPostgres = async (
  options: SupervisedPostgresOptions,
): Promise<SupervisedPostgres> => {
  const { log, logFile } = options
  const port = options.port ?? (await freePort())
  writeFileSync(logFile, '')
  const toFile = (line: string) => appendFileSync(logFile, `${line}\n`)
  let running: LocalPostgres | undefined
  let isWanted = true
  const start = async (): Promise<LocalPostgres> => {
    const server = await startPostgres({ ...options, port, log: toFile })
    running = server
    void server.exited.then((code) => {
      if (running === server) running = undefined
      if (isWanted) void restart(`PostgreSQL ended by itself (code ${code})`)
    })
    return server
  }
  const restart = async (why: string): Promise<void> => {
    log(`${why}; starting it again (its own words are in ${logFile})`)
    while (isWanted && running === undefined)
      await start().catch(async (error: Error) => {
        log(`PostgreSQL does not start: ${error.message}`)
        await delay(retryMs)
      })
    if (!isWanted) await running?.stop()
  }
  const pause = async () => {
    isWanted = false
    await running?.stop()
  }
  const first = await start()
  return {
    port,
    adminUrl: first.adminUrl,
    url: (role) => first.url(role),
    pid: () => running?.pid,
    pause,
    resume: async () => {
      isWanted = true
      if (running === undefined) await start()
    },
    stop: pause,
    kill: () => {
      isWanted = false
      void running?.kill()
    },
  }
}
