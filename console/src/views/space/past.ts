import type { Box } from '../../../../client/index.ts'
import { api } from '../../api.ts'
import type { Body } from './bodies.ts'

/** A moment of a world's history costs a request for a thousand bodies, one after the other. */
export const mostPastBodies = 20_000

export interface PastState {
  seq: number
  bodies: Body[]
  /** There were more than are shown. */
  isCut: boolean
}

const selected = 'select name, class, flux, activity, Position.x, Position.y, Position.z'

/** What had been written up to a seq, of a box where the world is too large to be held whole. */
export const readPast = async (
  world: string,
  seq: number,
  box: Box | undefined,
  signal: AbortSignal,
): Promise<PastState> => {
  const where = box ? `in box(${box.slice(0, 3).join(',')}, ${box.slice(3).join(',')}) ` : ''
  const bodies: Body[] = []
  let cursor: string | undefined
  do {
    const { entities = [], cursor: next } = await api().post('/worlds/{world}/query', {
      ...{ path: { world }, signal },
      body: { query: where + selected, asOf: seq, limit: 1_000, ...(cursor !== undefined && { cursor }) },
    })
    for (const row of entities) bodies.push(bodyOfRow(row as unknown as Row))
    cursor = next
  } while (cursor !== undefined && bodies.length < mostPastBodies)
  return { seq, bodies, isCut: cursor !== undefined }
}

interface Row {
  id: string
  name: string
  class: string
  flux?: number
  activity?: number
  'Position.x': number
  'Position.y': number
  'Position.z': number
}

const bodyOfRow = (row: Row): Body => ({
  ...{ id: row.id, name: row.name, classType: row.class, flux: row.flux, activity: row.activity ?? 0 },
  position: [row['Position.x'], row['Position.y'], row['Position.z']],
})
