import { createStateSync, interpolate } from '../../../client/index.ts'
import { createFastWorld } from './fast-world.ts'

/** A client that looks at a world for long, and what a test asks of it. */
export interface Hour {
  /** Resolves when the client has that tick. */
  play(tick: number): Promise<void>
  states(): string[]
  /** Ids of what client and server do not have alike. */
  differences(): string[]
}

const createHour = (): Hour => {
  const world = createFastWorld()
  const sync = createStateSync({ url: '', cast: 'full', fetch: world.fetch })
  const states: string[] = []
  sync.onStatus(({ state }) => states.push(state))
  // what a game does: it draws, and looks at one entity
  const drawn = interpolate(sync)
  sync.onChange(() => drawn.position('e1'))
  sync.subscribe(
    (view) => view.entity('e1'),
    () => {},
  )
  sync.start()
  const tickOf = () => Number(sync.cursor?.split('.')[1])
  return {
    play: (tick) =>
      new Promise((done) => {
        const stop = sync.onChange(() => {
          if (tickOf() < tick) return
          stop()
          done()
        })
        world.tickTo(tick)
      }),
    states: () => states,
    differences: () => {
      const ids = new Set([...world.entities.keys(), ...sync.entities().map(({ id }) => id)])
      const text = (entity: unknown) => JSON.stringify(entity)
      return [...ids].filter((id) => text(world.entities.get(id)) !== text(sync.entity(id)))
    },
  }
}

declare global {
  var hour: Hour
}
globalThis.hour = createHour()
