import pg from 'pg'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, inject, test } from 'vitest'
import { until } from '../support/until.ts'
import { findingsInAllLooks } from './axe.ts'
import { keepScreenshot } from './screenshot.ts'
import { useStage } from './stage.ts'

const stage = useStage()

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
type Body = any
const get = (path: string) => stage.ask<Body>(path)
const post = (path: string, body: unknown) => stage.ask<Body>(path, { method: 'POST', body })

/** The numbers that a part of the page shows, as the API told them. */
const figures = (part: Locator): Promise<number[]> =>
  part
    .locator('data')
    .evaluateAll((all) => all.map((one) => Number((one as unknown as { value: string }).value)))

const panel = (tab: Page, name: string) => tab.getByRole('region', { name, exact: true }).first()
const row = (part: Locator, name: string | RegExp) => part.getByRole('row', { name })

const looked = async (tab: Page, name: string) => {
  await keepScreenshot(tab, name)
  expect(await findingsInAllLooks(tab)).toEqual([])
  await tab.close()
}

describe('the ledger', () => {
  const world = 'lab'

  test('shows layers, commits, forks, whether it holds; a fork is compared and promoted', async () => {
    const layers = [{ name: 'atomic', cell: 0, commit: { windowTicks: 5 } }]
    await post('/worlds', { name: world, settings: { ledger: { layers } } })
    const lamp = { position: [1, 2, 3], parameters: { activity: 1, anchored: true } }
    await stage.ask(`/worlds/${world}/entities/lamp`, { method: 'PUT', body: lamp })
    await until(
      'something is committed',
      async () => (await get(`/commits?world=${world}`)).commits.length > 2,
    )
    await post(`/worlds/${world}/physics/pause`, undefined)
    await post('/admin/fork', { world, name: 'what-if' })
    await stage.ask('/worlds/what-if/entities/lamp', { method: 'PUT', body: { ...lamp, name: 'Brighter' } })
    await stage.ask('/worlds/what-if/entities/second', { method: 'PUT', body: {} })

    const tab = await stage.open(`/w/${world}/ledger`)
    // the last window is closed when nothing ticks any more
    const status = await until('the ledger has come to rest', async () => {
      const [before, after] = [
        await get(`/ledger/status?world=${world}`),
        await get(`/ledger/status?world=${world}`),
      ]
      return (
        JSON.stringify(before) === JSON.stringify(after) && before.layers[0].shards.behind === 0 && before
      )
    })
    const [atomic] = status.layers
    await until('the page shows it', async () => {
      const shown = await figures(row(panel(tab, 'Layers'), /^atomic/))
      const { closedTo, manifest, shards } = atomic
      expect(shown).toEqual([closedTo, manifest, shards.count, shards.open, shards.behind])
      return true
    })
    const { commits } = await get(`/commits?world=${world}&layer=atomic`)
    const commitRows = panel(tab, 'Commits of the layer atomic').getByRole('row')
    await until('all commits are there', async () => (await commitRows.count()) === commits.length + 1)
    const [first] = commits
    expect(await figures(commitRows.nth(1))).toEqual([first.number, first.entries, first.contributions])
    expect(await commitRows.getByText('broken').count()).toBe(0)

    await tab.getByRole('button', { name: 'Verify now' }).click()
    const verification = panel(tab, 'Verification and archive')
    await verification.getByText('holds', { exact: true }).waitFor()
    const { jobs } = await get(`/admin/ledger/jobs?world=${world}`)
    const { chains, commits: verified, archived, manifests, cells } = jobs[0].result.layers[0]
    expect(await figures(row(verification, /^atomic/))).toEqual([
      chains,
      verified,
      archived,
      manifests,
      cells,
    ])

    const forks = panel(tab, 'Forks')
    await forks.getByRole('button', { name: 'Diff of what-if' }).click()
    const { summary } = await get(`/worlds/${world}/diff/what-if`)
    const diff = tab.getByRole('region', { name: `Diff from ${world} to what-if` })
    await diff.getByRole('row', { name: /^second/ }).waitFor()
    const numbers = ({ created, changed, deleted }: Body) => [created, changed, deleted]
    expect((await figures(diff)).slice(0, 6)).toEqual([
      ...numbers(summary.entities),
      ...numbers(summary.relationships),
    ])
    await keepScreenshot(tab, 'ledger')
    expect(await findingsInAllLooks(tab)).toEqual([])
    await forks.getByRole('button', { name: /Promote what-if/ }).click()
    await tab.getByRole('button', { name: 'Promote', exact: true }).click()
    await tab.getByText(`Promoted: 2 events in ${world}.`).waitFor()
    expect((await get(`/worlds/${world}/entities/lamp`)).name).toBe('Brighter')
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.close()
  })
})

describe('the story', () => {
  test('shows events, relationships over time, and what a question would be answered by', async () => {
    const [chronicle] = (await get('/api/chronicles?world=icews')).chronicles
    const tab = await stage.open('/w/icews/story')
    await panel(tab, 'Events').getByRole('row').nth(2).waitFor()
    expect(await figures(panel(tab, 'Chronicle'))).toEqual([chronicle.eventCount])
    const { events } = await get(`/api/chronicles/${chronicle.id}/events?world=icews&limit=50`)
    expect(await panel(tab, 'Events').getByRole('row').count()).toBe(events.length + 1)

    const graph = await get(`/api/chronicles/${chronicle.id}/relationships?world=icews&limit=150`)
    const relationships = panel(tab, 'Relationships')
    await relationships.getByRole('img', { name: 'Relationships as a graph' }).waitFor()
    expect((await figures(relationships)).slice(0, 3)).toEqual([
      graph.nodes.length,
      graph.edges.length,
      graph.seq,
    ])
    await keepScreenshot(tab, 'story')
    await tab.getByRole('slider').focus()
    await tab.keyboard.press('Home')
    const past = await get(
      `/api/chronicles/${chronicle.id}/relationships?world=icews&limit=150&asOf=${chronicle.seq}`,
    )
    await until('the past is shown', async () => {
      const shown = (await figures(relationships)).slice(0, 3)
      expect(shown).toEqual([past.nodes.length, past.edges.length, chronicle.seq])
      return true
    })
    await relationships.getByRole('button', { name: 'Now' }).click()

    const [event] = events
    const question = event.summary || event.action
    await tab.getByLabel('Question').fill(question)
    await tab.getByRole('button', { name: 'Ask', exact: true }).click()
    const asked = panel(tab, 'Context for a question')
    await asked.getByText('citations; found by').waitFor()
    const bundle = await post(`/api/chronicles/${chronicle.id}/ask-context?world=icews`, {
      question,
      tokenBudget: 2_000,
    })
    expect(await figures(asked)).toEqual([
      ...[bundle.events.length, bundle.entities.length, bundle.relationships.length],
      ...[bundle.tokens, bundle.budget, bundle.left, bundle.citations.length],
    ])
    await panel(tab, 'Events').getByRole('row').nth(1).getByRole('button').click()
    await tab.getByRole('heading', { name: 'What led to it' }).waitFor()
    expect(await findingsInAllLooks(tab)).toEqual([])
    await tab.close()
  })
})

describe('the health', () => {
  test('shows the figures of the API, and series', async () => {
    await post('/eustress/ingest/snapshot/earth', undefined)
    const tab = await stage.open('/w/earth/health')
    await panel(tab, 'Who listens to the log').getByRole('row').nth(1).waitFor()
    const health = await until('the relay has nothing left to do', async () => {
      const found = await get('/worlds/earth/health')
      return found.relay.every(({ lagEvents }: Body) => lagEvents === 0) && found
    })
    await until('the page shows it', async () => {
      const { qualityScore, seq } = health.space.snapshot
      expect(await figures(panel(tab, 'Space'))).toEqual([
        qualityScore,
        health.space.danglingRelationships,
        seq,
      ])
      const shown = await figures(panel(tab, 'Now'))
      expect([shown[1], shown[2]]).toEqual([health.ingest.eventsLastHour, health.seq])
      for (const { name, seq, lagEvents, attempts } of health.relay)
        expect(
          await figures(row(panel(tab, 'Who listens to the log'), new RegExp(`^${name} relay`))),
        ).toEqual([...[seq, lagEvents, attempts]])
      return true
    })
    const { worlds } = await get('/costs?limit=50')
    const costs = panel(tab, 'Cost by world')
    for (const { world, totalBytes, requests, events } of worlds.filter(
      ({ world }: Body) => world === 'icews',
    ))
      expect((await figures(row(costs, new RegExp(`^${world}`)))).slice(0, 3)).toEqual([
        totalBytes,
        requests,
        events,
      ])
    await until('lines are drawn', async () => (await tab.locator('.series-plot canvas').count()) >= 3)
    await looked(tab, 'health')
  })

  test('dead letters are looked into, sent again, and discarded for a reason', async () => {
    await stage.ask('/worlds/sick/entities/a', { method: 'PUT', body: { name: 'A' } })
    await stage.ask('/worlds/sick/entities/b', { method: 'PUT', body: { name: 'B' } })
    const relay = new pg.Client({ connectionString: inject('relayUrl') })
    await relay.connect()
    await relay.query(
      `INSERT INTO dead_letters (world_id, destination, seq, tenant_id, error, attempts)
       SELECT world_id, 'physics', n, tenant_id, 'QueueRefused: too large', 3 FROM worlds, unnest(ARRAY[2, 3]) n
       WHERE name = 'sick'`,
    )
    await relay.end()
    const tab = await stage.open('/w/sick/health')
    const dead = panel(tab, 'Dead letters')
    await dead.getByRole('button', { name: '2 entity.created.v1' }).click()
    await dead.getByText('QueueRefused: too large').first().waitFor()
    await dead.getByText('"name": "A"').waitFor()
    expect(await findingsInAllLooks(tab)).toEqual([])
    await dead.getByRole('button', { name: 'Send again' }).click()
    await until('it is gone', async () => (await get('/worlds/sick/dead-letters')).letters.length === 1)
    await dead.getByRole('button', { name: 'Discard all…' }).click()
    await dead.getByLabel(/Why/).fill('a test of the console')
    await dead.getByRole('button', { name: 'Discard', exact: true }).click()
    await dead.getByText('1 discarded.').waitFor()
    expect((await get('/worlds/sick/dead-letters')).letters).toEqual([])
    const [entry] = (await get('/audit?world=sick')).entries
    expect(entry.outcome).toMatchObject({ reason: 'a test of the console', discarded: 1 })
    await tab.close()
  })
})
