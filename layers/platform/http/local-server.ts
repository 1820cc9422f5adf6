import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { toAuthorizerContext } from '../auth/authorizer-context.ts'
import { anonymousPrincipal, localPrincipal, type Principal } from '../auth/principal.ts'
import { authenticationProblem } from '../auth/problems.ts'
import { prometheusContentType } from '../telemetry/metrics.ts'
import { bodyLimitBytes, bodyTooLarge, requestIdOf, respondWithProblem } from './dispatch.ts'
import type { ApiHandler, LambdaResponse } from './lambda.ts'
import { HttpProblem, invalid } from './problem.ts'
import type { StaticSite } from './static-site.ts'

export interface LocalServerOptions {
  handler: ApiHandler
  /** Default 127.0.0.1. */
  host?: string
  /** 0: a free one. */
  port: number
  /** Who may come in; made when the server's URL is known. Default: everybody, as the local principal. */
  door?: ((url: string) => Door) | undefined
  /** Prometheus text, for GET /metrics from this machine; on AWS CloudWatch has the numbers. Default: none. */
  metrics?: (() => Promise<string>) | undefined
  /** Files that anybody may read, such as the console's; the API has none of their paths. Default: none. */
  site?: StaticSite | undefined
}

/** What stands where API Gateway has its authoriser. */
export interface Door {
  /**
   * Who sends a request with this header, or without.
   *
   * @throws TokenRefused, IssuerUnavailable
   */
  identify(authorization: string | undefined): Promise<Principal>
  /** Documents that anybody may GET, by path. */
  documents: Record<string, object>
}

const openDoor: Door = { identify: async () => localPrincipal, documents: {} }

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
  door: doorOf = () => openDoor,
  metrics,
  site,
}: LocalServerOptions): Promise<LocalServer> => {
  const server = createServer()
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(port, host, listening)
  })
  const address = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
  const door = doorOf(url)
  server.on('request', (request, response) => {
    if (metrics !== undefined && isForMetrics(request)) void serveMetrics(metrics, request, response)
    else if (!site?.serve(request, response)) void serve(handler, door, request, response)
  })
  return { url, port: address.port, stop: () => stop(server) }
}

const serve = async (
  handler: ApiHandler,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const document = documentOf(door, request)
    if (document !== undefined) return sendDocument(response, document)
    const principal = await door.identify(request.headers.authorization)
    // whoever has a token is no page that borrows its visitor's place: nothing but the page itself could add one
    if (principal === localPrincipal) refuseForeign(request)
    const body = await readBody(request)
    await send(response, await handler(toEvent(request, body, principal)))
  } catch (error) {
    sendProblem(error, request, response)
  }
}

const sendProblem = (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
  if (response.headersSent) return void response.destroy()
  const problem =
    error instanceof HttpProblem
      ? error
      : (authenticationProblem(error) ??
        new HttpProblem(500, 'Internal error', 'Something went wrong on our side.'))
  const requestId = requestIdOf(String(request.headers['x-request-id'] ?? ''))
  const { status, headers, body } = respondWithProblem(problem, requestId)
  // the rest of a body that is too large is not read: the connection ends with the answer
  response.writeHead(status, { ...headers, connection: 'close' }).end(body)
}

const thisMachine = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/

/** Not what a proxy on this machine passes on for somebody else. */
const isForMetrics = ({ method, url, socket, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  url === '/metrics' &&
  thisMachine.test(socket.remoteAddress ?? '') &&
  headers.forwarded === undefined &&
  headers['x-forwarded-for'] === undefined

const serveMetrics = async (
  metrics: () => Promise<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    refuseForeign(request)
    const text = await metrics()
    response.writeHead(200, { 'content-type': prometheusContentType }).end(text)
  } catch (error) {
    sendProblem(error, request, response)
  }
}

const documentOf = ({ documents }: Door, { method, url = '' }: IncomingMessage): object | undefined =>
  method === 'GET' && Object.hasOwn(documents, url) ? documents[url] : undefined

const sendDocument = (response: ServerResponse, document: object): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
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
 * Without a token everybody on a laptop is its owner, so a page of another site must not come in through its
 * visitor's browser: neither by a cross-site request (Origin) nor under a name of its own for this address (Host,
 * DNS rebinding).
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

const toEvent = (
  request: IncomingMessage,
  body: string | null,
  principal: Principal,
): APIGatewayProxyEvent => {
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
    requestContext: principal === anonymousPrincipal ? {} : { authorizer: toAuthorizerContext(principal) },
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
