import { createServer, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface BedrockRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: a request is whatever the test expects it to be
  body: any
}

/** What stands for Bedrock's InvokeModel on 127.0.0.1: HTTP/2, as its client speaks it. */
export interface BedrockStub {
  url: string
  /** What it was asked, in order. */
  requests: BedrockRequest[]
  /** The most that were underway at a time. */
  mostAtOnce(): number
  stop(): Promise<void>
}

export interface BedrockAnswer {
  status: number
  /** Of the error, as the header X-Amzn-ErrorType. */
  error?: string
  body: object
}

export const startBedrockStub = async (
  answer: (request: BedrockRequest) => BedrockAnswer | Promise<BedrockAnswer>,
): Promise<BedrockStub> => {
  const requests: BedrockRequest[] = []
  let [underway, most] = [0, 0]
  const server = createServer(async (incoming, response) => {
    most = Math.max(most, ++underway)
    const body = await text(incoming)
    const { method, url: path, headers } = incoming
    const request = { ...{ method, path, headers }, body: JSON.parse(body) }
    requests.push(request)
    const { status, error, body: answered } = await answer(request)
    underway--
    if (response.destroyed) return
    const errorType = error === undefined ? {} : { 'x-amzn-errortype': error }
    response.writeHead(status, { 'content-type': 'application/json', ...errorType })
    response.end(JSON.stringify(answered))
  })
  const sessions = new Set<{ destroy(): void }>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    mostAtOnce: () => most,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        for (const session of sessions) session.destroy()
      }),
  }
}
