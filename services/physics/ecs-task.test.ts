import { afterEach, expect, it } from 'vitest'
import { type HttpStub, startHttpStub } from '../../test/support/http-stub.ts'
import { readEcsTask } from './ecs-task.ts'

let endpoint: HttpStub | undefined
afterEach(() => endpoint?.stop())

const labels = {
  'com.amazonaws.ecs.cluster': 'default',
  'com.amazonaws.ecs.task-definition-family': 'orrery-physics',
  'com.amazonaws.ecs.task-definition-version': '24',
}

const answering = async (status: number, body: object): Promise<string> => {
  endpoint = await startHttpStub(() => ({ status, body }))
  return `${endpoint.url}/v4/5f2b1c`
}

const network = { NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.2.106'], MACAddress: '0e:9e:32:c7:48:85' }

it('prefers the IPv6 address of the task', async () => {
  const uri = await answering(200, {
    DockerId: 'ea32192c8553',
    Labels: labels,
    Networks: [{ ...network, IPv6Addresses: ['2001:db8:10e:5c3::1f'] }],
  })
  expect(await readEcsTask(uri)).toEqual({ host: '2001:db8:10e:5c3::1f', revision: 'orrery-physics:24' })
  expect(endpoint!.requests).toMatchObject([{ method: 'GET', path: '/v4/5f2b1c' }])
})

it('takes the IPv4 address where there is no other', async () => {
  const uri = await answering(200, { Labels: labels, Networks: [network] })
  expect((await readEcsTask(uri)).host).toBe('10.0.2.106')
})

it('says what is missing', async () => {
  await expect(readEcsTask(await answering(200, { Labels: labels, Networks: [] }))).rejects.toThrow(
    'the task metadata endpoint names no address',
  )
  await endpoint!.stop()
  await expect(readEcsTask(await answering(404, {}))).rejects.toThrow(
    'the task metadata endpoint answered 404',
  )
})
