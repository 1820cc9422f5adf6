import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { findingsInAllLooks } from './axe.ts'
import { keepScreenshot } from './screenshot.ts'
import { useStage } from './stage.ts'

const stage = useStage()

interface Entity {
  id: string
  name: string
  seq: number
  fluxPosition: number
  parameters: Record<string, number>
}

const entityNamed = async (name: string): Promise<Entity> => {
  const body = { query: `name = "${name}" and class = "City"` }
  const { entities } = await stage.ask<{ entities: Entity[] }>('/worlds/earth/query', {
    method: 'POST',
    body,
  })
  return entities[0]!
}

describe('an entity', () => {
  test('shows what the API says, is changed, and says what caused it', async () => {
    const { id, parameters } = await entityNamed('Buenos Aires')
    const tab = await stage.open(`/w/earth/entity/${encodeURIComponent(id)}`)
    await tab.getByRole('heading', { name: 'Buenos Aires' }).waitFor()
    const shown = tab.getByRole('region', { name: 'Parameters' }).locator('.fact', { hasText: 'population' })
    expect(Number(await shown.locator('data').getAttribute('value'))).toBe(parameters.population)

    await tab.getByText('Add a component').click()
    await tab.getByLabel('Type', { exact: true }).fill('Health')
    await tab.getByLabel('JSON', { exact: true }).fill('{"current": "much"}')
    await tab.getByRole('button', { name: 'Add', exact: true }).click()
    await tab
      .getByRole('alert')
      .getByText(/current/)
      .waitFor()
    await tab.getByLabel('JSON', { exact: true }).fill('{"current": 4, "max": 10}')
    await tab.getByRole('button', { name: 'Add', exact: true }).click()
    const health = tab.getByRole('region', { name: 'Health' })
    await health.waitFor()
    await health.getByRole('button', { name: 'Edit Health' }).click()
    await health.getByLabel('Health as JSON').fill('{"current": 3, "max": 10}')
    await health.getByRole('button', { name: 'Save' }).click()
    await until('it is written', async () => {
      const { components } = await stage.ask<{ components?: { Health?: { current: number } } }>(
        `/worlds/earth/entities/${id}`,
      )
      return components?.Health?.current === 3
    })
    const { seq } = await entityNamed('Buenos Aires')
    await tab.getByRole('article', { name: `Seq ${seq}` }).waitFor()
    await tab.getByRole('button', { name: 'why? Health.current', exact: true }).first().click()
    const why = await stage.ask<{ request: { requestId: string }; event: { seq: number } }>(
      `/worlds/earth/entities/${id}/explain?field=Health.current`,
    )
    expect(why.event.seq).toBe(seq)
    const chain = tab.getByRole('region', { name: 'Why Health.current' })
    await chain.getByText(why.request.requestId).waitFor()
    await chain.getByText('took up seq').waitFor()
    expect(await findingsInAllLooks(tab)).toEqual([])
    await keepScreenshot(tab, 'entity')

    await tab
      .getByRole('article', { name: `Seq ${seq}` })
      .getByRole('link')
      .first()
      .click()
    await tab.getByRole('link', { name: 'As it is now' }).waitFor()
    const first = await stage.ask<{ entries: { seq: number }[] }>(
      `/worlds/earth/entities/${id}/history?limit=100`,
    )
    await tab.goto(`${stage.url}/w/earth/entity/${id}?asOf=${first.entries.at(-1)!.seq}`)
    await tab.getByRole('region', { name: 'Parameters' }).waitFor()
    expect(await tab.getByRole('region', { name: 'Health' }).count()).toBe(0)
    expect(await tab.getByRole('button', { name: /^Edit/ }).count()).toBe(0)
    await tab.close()
  })

  test('is led to by its name, with what chronicles tell of it', async () => {
    const body = { query: '->* limit 1' }
    const { entities } = await stage.ask<{ entities: Entity[] }>('/worlds/icews/query', {
      method: 'POST',
      body,
    })
    const { name, id } = entities[0]!
    const tab = await stage.open('/w/icews/entity')
    await tab.getByPlaceholder(/Find an entity/).fill(name)
    await tab.getByRole('button', { name, exact: true }).first().click()
    await tab.waitForURL(`**/entity/${encodeURIComponent(id)}`)
    const timeline = await stage.ask<{ events: object[] }>(
      `/api/entities/${encodeURIComponent(id)}/timeline?world=icews&limit=100`,
    )
    const table = tab.getByRole('region', { name: 'What is told of it' })
    await table.waitFor()
    expect(await table.getByRole('row').count()).toBe(timeline.events.length + 1)
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.close()
  })

  test('that is not there is said to be so', async () => {
    const tab = await stage.open('/w/earth/entity/nobody')
    await tab.getByRole('alert').getByText("there is no entity 'nobody'").waitFor()
    await tab.close()
  })
})
