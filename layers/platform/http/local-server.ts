import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { bodyLimitBytes, bodyTooLarge, respondWithProblem } from './dispatch.ts'
import type { ApiHandler, LambdaResponse } from './lambda.ts'
import { HttpProblem, invalid } from './problem.ts'

export interface LocalServerOptions {
  handler: ApiHandler
  /** Default 127.0.0.1. */
  host?: string
  /** 0: a free one. */
  port: number
}

export interface LocalServer {
  url: string
  port: number
  /** Lets running requests end for up to two seconds, then closes what is left. */
  stop(): Promise<void>
}

/** API Gateway on one's own machine: turns each request into a proxy event for the Lambda handler. */
export const startLocalServer = async ({
  handler,
  host = '127.0.0.1',
  port,
}: LocalServerOptions): Promise<LocalServer> => {
  const server = createServer((request, response) => void serve(handler, request, response))
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(port, host, listening)
  })
  const address = server.address() as AddressInfo
  return { url: `http://${host}:${address.port}`, port: address.port, stop: () => stop(server) }
}

const serve = async (
  handler: ApiHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    refuseForeign(request)
    const body = await readBody(request)
    await send(response, await handler(toEvent(request, body)))
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    const problem =
      error instanceof HttpProblem
        ? error
        : new HttpProblem(500, 'Internal error', 'Something went wrong on our side.')
    const { status, headers, body } = respondWithProblem(problem, randomUUID())
    // the rest of a body that is too large is not read: the connection ends with the answer
    response.writeHead(status, { ...headers, connection: 'close' }).end(body)
  }
}

const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = []
  let bytes = 0
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw bodyTooLarge()
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyLimitBytes) throw bodyTooLarge()
    chunks.push(chunk)
  }
  return bytes === 0 ? null : decode(Buffer.concat(chunks))
}

const decode = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid([{ field: 'body', message: 'must be UTF-8' }])
  }
}

/**
 * There are no passwords on a laptop, so a page of another site must not come in through its visitor's browser:
 * neither by a cross-site request (Origin) nor under a name of its own for this address (Host, DNS rebinding).
 */
const refuseForeign = ({ headers, socket }: IncomingMessage): void => {
  const { host = '', origin } = headers
  const name = host.replace(/:\d+$/, '')
  const isOurs = ['localhost', '127.0.0.1', '[::1]', socket.localAddress].includes(name)
  if (isOurs && (origin === undefined || origin === `http://${host}`)) return
  throw new HttpProblem(
    403,
    'Foreign page',
    'Requests of other sites’ pages are refused; call the API by its own address.',
  )
}

const toEvent = (request: IncomingMessage, body: string | null): APIGatewayProxyEvent => {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?')
  const multiValueQueryStringParameters: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(query))
    (multiValueQueryStringParameters[name] ??= []).push(value)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  return {
    httpMethod: request.method ?? 'GET',
    path,
    headers,
    multiValueQueryStringParameters,
    body,
    isBase64Encoded: false,
    requestContext: {},
  } as unknown as APIGatewayProxyEvent
}

const splitOnce = (text: string, separator: string): [string, string] => {
  const index = text.indexOf(separator)
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}

const send = async (
  response: ServerResponse,
  { statusCode, headers, body }: LambdaResponse,
): Promise<void> => {
  response.writeHead(statusCode, headers)
  if (body instanceof Readable) await pipeline(body, response)
  else response.end(body)
}

const stop = async (server: Server): Promise<void> => {
  const closed = new Promise<void>((done) => server.close(() => done()))
  server.closeIdleConnections()
  const deadline = setTimeout(() => server.closeAllConnections(), 2_000)
  await closed
  clearTimeout(deadline)
}
