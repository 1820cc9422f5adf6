import { isDeepStrictEqual } from 'node:util'
import type { Page } from 'playwright-core'
import { createApi, type Position, type SyncEntity } from '../../client/index.ts'
import { until } from '../support/until.ts'

/** A world as a test writes and reads it, beside the browser. */
export const worldAt = (url: string, world: string) => {
  const api = createApi({ url })
  const put = (id: string, position: Position, activity = 0, name = id) =>
    api.put('/worlds/{world}/entities/{id}', {
      path: { world, id },
      body: { name, classType: 'Thing', position: [...position], parameters: { activity, mass: 1 } } as never,
    })
  const truth = async (): Promise<Map<string, SyncEntity>> => {
    const answer = await fetch(`${url}/world/init?world=${world}`)
    const { fullState } = (await answer.json()) as { fullState: { entities: SyncEntity[] } }
    return byId(fullState.entities)
  }
  return {
    put,
    remove: (id: string) => api.delete('/worlds/{world}/entities/{id}', { path: { world, id } }),
    /** Nothing moves any more. */
    pause: () => fetch(`${url}/worlds/${world}/physics/pause`, { method: 'POST' }),
    truth,
    /** Until the page has what the server has. */
    agrees: (page: Page, withinMs?: number) =>
      until(
        'the page agrees with the server',
        async () => isDeepStrictEqual(byId(await entitiesOf(page)), await truth()),
        withinMs,
      ),
  }
}

const byId = (entities: readonly SyncEntity[]) => new Map(entities.map((entity) => [entity.id, entity]))

const entitiesOf = async (page: Page) =>
  JSON.parse(await page.evaluate(() => globalThis.probe.entities())) as SyncEntity[]
