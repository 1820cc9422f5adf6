import { createElement } from 'react'
import { act, create } from 'react-test-renderer'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createModelClock } from './model/model-clock.ts'
import { createModelNetwork } from './model/model-network.ts'
import { createModelServer } from './model/model-server.ts'
import { useSyncStatus, useWorld } from './react.ts'
import { createSyncOn } from './state-sync.ts'

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  // the renderer says that it is deprecated
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const stage = () => {
  const clock = createModelClock(() => 0.5)
  const server = createModelServer()
  const network = createModelNetwork(server, clock, { cast: 'full', box: undefined, hasTimeline: true })
  const sync = createSyncOn(network, { clock, watch: () => () => {} }, {}, { current: {} })
  const told = (write: () => void) =>
    act(() => {
      write()
      network.flush()
      clock.pass(1000)
    })
  return { clock, server, sync, told }
}

it('renders what was chosen, and again when it has changed', () => {
  const { server, sync, told } = stage()
  const renders: string[] = []
  const Name = ({ id }: { id: string }) => {
    const name = useWorld(sync, (world) => world.entity(id)?.name ?? 'nobody')
    renders.push(name)
    return name
  }
  const Trees = () => useWorld(sync, (world) => world.within([0, 0, 0, 9, 9, 9])).length
  const Status = () => useSyncStatus(sync).state
  const elements = [Trees, Status].map((component) => createElement(component, { key: component.name }))
  const page = (id: string) => createElement('div', {}, createElement(Name, { id }), ...elements)
  let root!: ReturnType<typeof create>
  act(() => {
    root = create(page('a'))
  })
  const shown = () => (root.toJSON() as unknown as { children: string[] }).children
  expect(shown()).toEqual(['nobody', '0', 'closed'])
  told(() => sync.start())
  expect(shown()).toEqual(['nobody', '0', 'live'])
  told(() => server.write({ type: 'create', id: 'a', classType: 'Tree', position: [1, 1, 1] }))
  expect(shown()).toEqual(['a', '1', 'live'])
  const before = renders.length
  told(() => server.write({ type: 'create', id: 'b', classType: 'Tree', position: [50, 0, 0] }))
  expect(renders).toHaveLength(before)
  act(() => root.update(page('b')))
  expect(shown()).toEqual(['b', '1', 'live'])
  told(() => server.write({ type: 'place', id: 'b', position: [2, 2, 2] }))
  expect(shown()).toEqual(['b', '2', 'live'])
  act(() => root.unmount())
  told(() => server.write({ type: 'delete', id: 'b' }))
})
