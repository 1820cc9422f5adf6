import { afterEach, beforeEach, expect, it } from 'vitest'
import { type HttpStub, startHttpStub } from '../../test/support/http-stub.ts'
import { createTaskProtection, type TaskProtection } from './task-protection.ts'

let agent: HttpStub
let protection: TaskProtection
let minute: number
let refusal: { status: number; body: object } | undefined

beforeEach(async () => {
  minute = 1_000
  refusal = undefined
  agent = await startHttpStub(({ body }) => {
    const protection = { ProtectionEnabled: body.ProtectionEnabled, TaskArn: 'arn:aws:ecs:x:1:task/c/1' }
    return refusal ?? { status: 200, body: { requestID: '1', protection } }
  })
  const nowMs = () => minute * 60_000
  protection = createTaskProtection({ agentUri: agent.url, nowMs, minutes: 10 })
})
afterEach(() => agent?.stop())

const asked = () => agent.requests.map(({ body }) => body)

it('asks only when something is to change, and again before protection ends', async () => {
  await protection.keep(false)
  expect(asked()).toEqual([])
  await protection.keep(true)
  await protection.keep(true)
  minute += 4
  await protection.keep(true)
  const on = { ProtectionEnabled: true, ExpiresInMinutes: 10 }
  expect(asked()).toEqual([on])
  minute += 1
  await protection.keep(true)
  expect(asked()).toEqual([on, on])
  await protection.keep(false)
  await protection.keep(false)
  expect(asked()).toEqual([on, on, { ProtectionEnabled: false }])
  await protection.keep(true)
  expect(asked()).toEqual([on, on, { ProtectionEnabled: false }, on])
  const { method, path, headers } = agent.requests[0]!
  expect([method, path, headers['content-type']]).toEqual([
    ...['PUT', '/task-protection/v1/state', 'application/json'],
  ])
})

it('says why ECS refused, and asks again', async () => {
  refusal = {
    status: 200,
    body: { failure: { Arn: 'arn:aws:ecs:x:1:task/c/1', Reason: 'DEPLOYMENT_BLOCKED', Detail: null } },
  }
  await expect(protection.keep(true)).rejects.toThrow('ECS answered 200 DEPLOYMENT_BLOCKED')
  refusal = { status: 400, body: { error: { Code: 'AccessDeniedException', Message: 'not allowed' } } }
  await expect(protection.keep(true)).rejects.toThrow('ECS answered 400 AccessDeniedException: not allowed')
  refusal = undefined
  await protection.keep(true)
  expect(agent.requests.length).toBe(3)
  await agent.stop()
  await expect(protection.keep(false)).rejects.toThrow('fetch failed')
})
