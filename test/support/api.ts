import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalServerOptions, startLocalServer } from '#platform/http/local-server'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import type { OverflowSpool } from '#platform/overflow/overflow'
import { answerMcp } from '../../functions/api-mcp/answer.ts'
import { apiRoutes } from '../../functions/api-routes.ts'
import { makeSync } from '../../functions/api-sync/create.ts'
import { type Api, type ApiOptions, createApi } from '../../functions/create-api.ts'

export interface TestApi {
  url: string
  api: Api
  overflow: OverflowSpool
  /** Sends JSON (or text as it is) and reads the answer as JSON; undefined where it has no content. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  stop(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
type Body = any

export interface Answer {
  status: number
  headers: Headers
  body: Body
}

/** The API on a free port, without relay and physics. */
export const startTestApi = async (
  databaseUrl: string,
  { door, ...options }: Partial<ApiOptions> & Pick<LocalServerOptions, 'door'> = {},
): Promise<TestApi> => {
  const spool = mkdtempSync(join(tmpdir(), 'orrery-spool-'))
  const overflow = await createFilesystemOverflow(spool)
  const faults: unknown[] = []
  const api = createApi({
    routes: apiRoutes,
    database: { connectionString: databaseUrl },
    overflow,
    mcp: answerMcp,
    // a stream says hello, and what there is to tell, and ends
    sync: makeSync({ limits: { longestMs: 200 } }),
    reportFault: (error) => {
      faults.push(error)
      console.error(error)
    },
    ...options,
  })
  const server = await startLocalServer({ handler: api.handler, port: 0, door })
  return {
    url: server.url,
    api,
    overflow,
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await response.text()
      const { status, headers: answered } = response
      return { status, headers: answered, body: text === '' ? undefined : parse(text) }
    },
    stop: async () => {
      await server.stop()
      await api.close()
      rmSync(spool, { recursive: true, force: true })
    },
  }
}

/** JSON, or the data of server-sent events. */
const parse = (text: string): Body =>
  text.startsWith('id: ')
    ? text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
    : JSON.parse(text)
