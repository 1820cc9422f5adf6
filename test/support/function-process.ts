import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

// What stands for Lambda's runtime around the bundle of a function: `node function-process.ts BUNDLE`, forked. Takes
// `{ id, event }` and answers `{ id, answer }` or `{ id, error }`; ends when its parent disconnects.

interface Streamed {
  statusCode: number
  headers: Record<string, string>
  body: string
}

type StreamingHandler = (event: unknown, response: PassThrough, context: object) => Promise<void>

const preludes = new WeakMap<PassThrough, object>()
const streaming = new WeakSet<object>()

// as the runtime defines it, of which only this much is used
Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: StreamingHandler) => {
      streaming.add(handler)
      return handler
    },
    HttpResponseStream: {
      from: (response: PassThrough, prelude: object) => {
        preludes.set(response, prelude)
        return response
      },
    },
  },
})

const context = {
  functionName: 'test',
  logStreamName: 'test-stream',
  awsRequestId: 'test',
  getRemainingTimeInMillis: () => 30_000,
}

const { handler } = (await import(pathToFileURL(process.argv[2]!).href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>
}

const stream = async (event: unknown): Promise<Streamed> => {
  const response = new PassThrough()
  const body = text(response)
  await (handler as unknown as StreamingHandler)(event, response, context)
  return { ...(preludes.get(response) as Omit<Streamed, 'body'>), body: await body }
}

process.on('message', async ({ id, event }: { id: number; event: unknown }) => {
  try {
    const answer = await (streaming.has(handler) ? stream(event) : handler(event, context))
    process.send!({ id, answer })
  } catch (error) {
    process.send!({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
process.on('disconnect', () => process.exit(0))
process.send!('ready')
