import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/**
 * ClickHouse's engine (chdb) behind the part of its HTTP interface that @clickhouse/client uses here: statements with
 * parameters, and inserts of JSONEachRow. Prints its port; ends with its standard input.
 */
interface Session {
  query(query: string, format?: string): string
  queryBindAsync(query: string, parameters: object, options: { format: string }): Promise<{ text(): string }>
  insert(rows: { table: string; values: Buffer; format: 'JSONEachRow' }): Promise<unknown>
}

const [installed = '', dataDir = ''] = process.argv.slice(2)
const { Session } = createRequire(join(installed, 'package.json'))('chdb') as {
  Session: new (path: string) => Session
}
const session = new Session(dataDir)
session.query('CREATE DATABASE IF NOT EXISTS ledger ENGINE = Atomic')
session.query('USE ledger')

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const parametersOf = (search: URLSearchParams): object =>
  Object.fromEntries(
    [...search]
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, value]) => [
        name.slice('param_'.length),
        value.startsWith('[') ? (JSON.parse(value) as unknown) : value,
      ]),
  )

const run = async (search: URLSearchParams, body: Buffer): Promise<string> => {
  const [, table] = /^\s*INSERT INTO (\w+) .*FORMAT JSONEachRow\s*$/s.exec(search.get('query') ?? '') ?? []
  if (table !== undefined) {
    await session.insert({ table, values: body, format: 'JSONEachRow' })
    return ''
  }
  const [, query = '', format = 'JSONEachRow'] = /^(.*?)(?:\s+FORMAT (\w+))?\s*$/s.exec(body.toString())!
  return (await session.queryBindAsync(query, parametersOf(search), { format })).text()
}

let last: Promise<unknown> = Promise.resolve()

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await bodyOf(request)
  const { searchParams } = new URL(request.url!, 'http://127.0.0.1')
  const result = last.then(() => run(searchParams, body))
  last = result.catch(() => {})
  try {
    response.end(await result)
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? error.message : String(error))
  }
}

const server = createServer((request, response) => void answer(request, response))
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.resume().once('end', () => process.exit(0))
