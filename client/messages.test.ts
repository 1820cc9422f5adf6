import { describe, expect, it } from 'vitest'
import { readMessage } from './messages.ts'

const frame = { type: 'snapshot', from: '5.10', cursor: '6.11', tick: 11, ticks: 1, changes: {} }

describe('a message', () => {
  it('of an unknown type is none', () => {
    expect(readMessage({ type: 'weather' })).toBeNull()
  })

  it.each([
    ['no object', 7],
    ['a frame without ticks', { ...frame, ticks: undefined }],
    ['a frame without changes', { ...frame, changes: undefined }],
    ['a cursor that is a number', { ...frame, cursor: 6.11 }],
    ['a list that is an object', { ...frame, changes: { entityMoved: {} } }],
    ['a heartbeat without a cursor', { type: 'heartbeat' }],
  ])('with %s is refused', (_, data) => {
    expect(() => readMessage(data)).toThrow(expect.objectContaining({ code: 'protocol-fault' }))
  })

  it('heartbeat is a frame in which nothing changed', () => {
    const at = { seq: 6, tick: 11 }
    expect(readMessage({ type: 'heartbeat', cursor: '6.11' })).toMatchObject({
      frame: { from: { seq: 0, tick: 0 }, cursor: at, ticks: 0 },
    })
    expect(readMessage({ type: 'heartbeat', from: '5.10', cursor: '6.11' })).toMatchObject({
      frame: { from: { seq: 5, tick: 10 }, cursor: at },
    })
  })

  it('has all groups of the full cast, deleted ones first', () => {
    const changes = {
      entities: { deleted: ['a'], updated: [{ entityId: 'b', field: 'name', newValue: 'B' }] },
      npcs: { created: [{ id: 'a', classType: 'Guard', position: [0, 0, 0] }], deleted: ['c'] },
    }
    expect(readMessage({ ...frame, changes, entered: ['a'] })).toMatchObject({
      frame: {
        changes: {
          ...{ removed: ['a', 'c'], created: [{ id: 'a', group: 'npcs' }], updated: [{ entityId: 'b' }] },
          ...{ moved: [], entered: ['a'], left: [] },
        },
      },
    })
  })

  it('tells of an entity of another class in that one’s group', () => {
    const updated = [{ entityId: 'a', field: 'classType', oldValue: 'Tree', newValue: 'Guard' }]
    const message = readMessage({ ...frame, changes: { npcs: { updated } } })
    expect(message).toMatchObject({
      frame: { changes: { updated: [updated[0], { entityId: 'a', field: 'group', newValue: 'npcs' }] } },
    })
  })
})
