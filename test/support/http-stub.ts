import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface StubRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** JSON, undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a request is whatever the test expects it to be
  body: any
}

/** An HTTP server on 127.0.0.1 that stands for one of AWS's endpoints. */
export interface HttpStub {
  url: string
  /** What it was asked, in order. */
  requests: StubRequest[]
  stop(): Promise<void>
}

export const startHttpStub = async (
  answer: (request: StubRequest) => { status: number; body: object },
): Promise<HttpStub> => {
  const requests: StubRequest[] = []
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming)
    const request = {
      ...{ method: incoming.method!, path: incoming.url!, headers: incoming.headers },
      body: body === '' ? undefined : JSON.parse(body),
    }
    requests.push(request)
    const { status, body: answered } = answer(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}
