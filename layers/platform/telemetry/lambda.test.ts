import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lambdaTelemetry } from './lambda.ts'

const written: string[] = []
beforeEach(() => {
  written.length = 0
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk))
      return true
    })
})
afterEach(() => vi.restoreAllMocks())

const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>)
const context = { awsRequestId: 'request-1', functionName: 'orrery-api' } as Context

test('an invocation logs structured lines under its id and writes its metrics at its end, failed or not', async () => {
  const { log, metrics, middleware } = lambdaTelemetry({
    ...{ POWERTOOLS_SERVICE_NAME: 'relay', STAGE: 'prod', LOG_LEVEL: 'info' },
  })
  const handler = middy<{ isBad: boolean }, string>()
    .use(middleware)
    .handler(async ({ isBad }) => {
      metrics.gauge('orrery_dead_letters', 4)
      log('something about a world', { level: 'error', world: 'w-1', traceparent: '00-a-b-01' })
      log('only who looks closely', { level: 'debug' })
      if (isBad) throw new Error('the handler failed')
      return 'done'
    }) as unknown as (event: { isBad: boolean }, context: Context) => Promise<string>
  await expect(handler({ isBad: false }, context)).resolves.toBe('done')
  await expect(handler({ isBad: true }, context)).rejects.toThrow('the handler failed')
  const said = {
    ...{ level: 'ERROR', message: 'something about a world', service: 'relay' },
    ...{ world: 'w-1', traceparent: '00-a-b-01', function_request_id: 'request-1' },
  }
  const measured = { service: 'relay', stage: 'prod', orrery_dead_letters: 4 }
  expect(lines()).toMatchObject([said, measured, said, measured])
})
