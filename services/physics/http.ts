import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { localPrincipal } from '#platform/auth/principal'
import { createDispatch, type Dispatch } from '#platform/http/dispatch'
import { HttpProblem } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { prometheusContentType } from '#platform/telemetry/metrics'
import { isForFeed, serveFeed } from './feed-route.ts'
import { ask, type PhysicsHttpContext, worldPath } from './http-context.ts'
import { insideRoute } from './inside-route.ts'
import type { PastAnswer } from './past.ts'
import { pastQuery, pastQuestion } from './past-route.ts'
import { spatialRoutes } from './spatial-routes.ts'
import type { PhysicsStatus } from './status.ts'
import { ticksRoute } from './ticks-route.ts'

const count = wholeNumber(1, 1_000)

const status = route<PhysicsHttpContext, typeof worldPath, typeof pastQuery, never>({
  method: 'GET',
  path: '/worlds/{worldId}/physics',
  operationId: 'status',
  summary: 'The simulation at its next tick boundary, or its state after a past tick',
  pathSchema: worldPath,
  querySchema: pastQuery,
  repeated: ['entity'],
  responses: {},
  handle: async (context, { path, query }) => {
    const question = pastQuestion(query)
    const body = await ask<PhysicsStatus | PastAnswer>(context, path.worldId, (world) =>
      question === undefined ? world.status() : context.past.ask(world, question),
    )
    return { status: 200, body }
  },
})

const stepQuery = z.strictObject({ ticks: count.default(1) })

const step = route<PhysicsHttpContext, typeof worldPath, typeof stepQuery, never>({
  method: 'POST',
  path: '/worlds/{worldId}/physics/step',
  operationId: 'step',
  summary: 'Runs ticks of a paused or inactive world; answers when they are durable',
  pathSchema: worldPath,
  querySchema: stepQuery,
  responses: {},
  handle: async (context, { path, query }) => {
    const body = await ask(context, path.worldId, (world) => world.step(query.ticks))
    if (body === undefined)
      throw new HttpProblem(409, 'World is running', 'The world ticks by itself; pause it to step it.')
    return { status: 200, body }
  },
})

const live = route<PhysicsHttpContext, typeof worldPath, never, never>({
  method: 'GET',
  path: '/worlds/{worldId}/live',
  operationId: 'live',
  summary: 'Where the world is, and up to what tick its rows say where bodies are',
  pathSchema: worldPath,
  responses: {},
  handle: async (context, { path }) => ({
    status: 200,
    body: await ask(context, path.worldId, async (world) => world.live()),
  }),
})

const healthz = route<PhysicsHttpContext, never, never, never>({
  method: 'GET',
  path: '/healthz',
  operationId: 'health',
  summary: 'That the process answers, and what it holds',
  responses: {},
  handle: async (context) => ({ status: 200, body: context.health() }),
})

const routes: Route<PhysicsHttpContext>[] = [
  ...spatialRoutes,
  ...[status, step, live, ticksRoute, insideRoute, healthz],
]

export interface PhysicsHttpServer {
  port: number
  /** Lets running requests end for up to a second. */
  stop(): Promise<void>
}

export const startHttp = async (
  { host, port }: { host: string; port: number },
  context: PhysicsHttpContext,
  log: (line: string) => void,
): Promise<PhysicsHttpServer> => {
  const dispatch = createDispatch({
    routes,
    context,
    reportFault: (error, requestId) => log(`request ${requestId} failed: ${(error as Error).stack ?? error}`),
  })
  const { metrics } = context
  const server = createServer((request, response) =>
    metrics !== undefined && request.method === 'GET' && request.url === '/metrics'
      ? void serveText(metrics, response)
      : isForFeed(request)
        ? serveFeed(context, request, response)
        : void serve(dispatch, request, response),
  )
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(port, host, listening)
  })
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) }
}

const serve = async (
  dispatch: Dispatch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(`http://physics${request.url ?? '/'}`)
  const query: Record<string, string[]> = {}
  for (const [name, value] of url.searchParams) (query[name] ??= []).push(value)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  const { method = 'GET' } = request
  // no route takes a body
  request.resume()
  const answer = await dispatch({
    ...{ method, path: url.pathname, query, headers, body: undefined },
    // only the API reaches this port, and it has checked whose world it is
    principal: localPrincipal,
  })
  response.writeHead(answer.status, answer.headers).end(answer.body)
}

const serveText = async (text: () => Promise<string>, response: ServerResponse): Promise<void> => {
  try {
    response.writeHead(200, { 'content-type': prometheusContentType }).end(await text())
  } catch {
    response.destroy()
  }
}

const stop = async (server: Server): Promise<void> => {
  const closed = new Promise<void>((done) => server.close(() => done()))
  server.closeIdleConnections()
  const deadline = setTimeout(() => server.closeAllConnections(), 1_000)
  await closed
  clearTimeout(deadline)
}
