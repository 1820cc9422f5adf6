import type { APIGatewayProxyEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { toRequest } from './gateway-event.ts'

const event = (change: object): APIGatewayProxyEvent =>
  ({
    httpMethod: 'GET',
    path: '/worlds',
    headers: null,
    multiValueHeaders: null,
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {},
    ...change,
  }) as unknown as APIGatewayProxyEvent

describe('a proxy event', () => {
  it.each([
    [
      'as a REST API passes it on',
      '/worlds/caf%C3%A9/entities/a%2Fb%20%25',
      '/worlds/caf%C3%A9/entities/a%2Fb%20%25',
    ],
    ['decoded', '/worlds/café/entities/a b?#', '/worlds/caf%C3%A9/entities/a%20b%3F%23'],
    ['decoded, with a percent sign', '/worlds/100%/entities/50%x', '/worlds/100%25/entities/50%25x'],
    ['with what means something to our routes', "/requests/a:b@c!$&'()*+,;=~", "/requests/a:b@c!$&'()*+,;=~"],
  ])('has the path %s', (_, path, expected) => {
    expect(toRequest(event({ path })).path).toBe(expected)
  })

  it('is known by the id in the gateway’s log, unless it has one', () => {
    const requestContext = { requestId: 'of-the-gateway' }
    expect(toRequest(event({ requestContext })).headers).toEqual({ 'x-request-id': 'of-the-gateway' })
    const headers = { 'X-Request-Id': 'of-the-sender' }
    expect(toRequest(event({ requestContext, headers })).headers['x-request-id']).toBe('of-the-sender')
  })

  it('has before its path what the gateway’s own name asks for', () => {
    const withStage = event({ path: '/worlds', requestContext: { path: '/v1/worlds' } })
    expect(toRequest(withStage)).toMatchObject({ basePath: '/v1', path: '/worlds' })
    const onDomain = event({ path: '/worlds', requestContext: { path: '/worlds' } })
    expect(toRequest(onDomain).basePath).toBe('')
    expect(toRequest(event({})).basePath).toBe('')
  })

  it('has its headers in lower case, and what was sent twice joined', () => {
    const multiValueHeaders = { 'X-Request-Id': ['a', 'b'], Accept: ['*/*'] }
    const { headers } = toRequest(event({ headers: { 'X-Request-Id': 'b' }, multiValueHeaders }))
    expect(headers).toMatchObject({ 'x-request-id': 'a, b', accept: '*/*' })
    expect(toRequest(event({ headers: { 'X-World': 'w' } })).headers).toMatchObject({ 'x-world': 'w' })
  })

  it('has a body that came as bytes', () => {
    const body = Buffer.from('{"name":"café"}').toString('base64')
    expect(toRequest(event({ body, isBase64Encoded: true })).body).toBe('{"name":"café"}')
  })

  it('is refused where its body is not UTF-8', () => {
    const body = Buffer.from([0x22, 0xe9, 0x22]).toString('base64')
    expect(() => toRequest(event({ body, isBase64Encoded: true }))).toThrow('body: must be UTF-8')
  })
})
