import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RelayContext, relayWorld } from '#relay/relay'
import { startRelay } from '#relay/run-local'
import { relayCommand } from '../../scripts/relay/command.ts'
import {
  cursorOf,
  deadLettersOf,
  drain,
  openRelayStage,
  type RelayStage,
  range,
  seedWorld,
  seqsOf,
} from './relay-support.ts'

let stage: RelayStage

beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(() => stage.stop())

const run = async (line: string, env: NodeJS.ProcessEnv = {}) => {
  const out: string[] = []
  const err: string[] = []
  const code = await relayCommand({
    args: line.split(' ').filter(Boolean),
    env: { DATABASE_URL: stage.database.url('orrery_relay'), ...env },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    patienceMs: 10_000,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const open = async (name: string) => {
  const queue = await stage.makeQueue(`${name}.fifo`, { MaximumMessageSize: '8192' })
  const doorbell = await stage.makeQueue(`${name}-doorbell`)
  const context: RelayContext = await stage.relay({
    destinations: [{ name: 'physics', kind: 'ordered', queueFor: async () => queue }],
    doorbell,
    maxAttempts: 1,
  })
  const env = { DOORBELL_QUEUE_URL: doorbell.url, SQS_ENDPOINT: stage.endpoint, AWS_REGION: 'us-east-1' }
  return { queue, context, env }
}

test('a wrong command line is answered with what is wrong and the usage, and exit code 2', async () => {
  for (const [line, message] of [
    ['dance', "no command 'dance'"],
    ['status extra', 'status takes'],
    ['replay --from 3', 'needs --world'],
    ['replay --world earth', '--from SEQ, or dead'],
    ['replay --world earth --from -1', '--from'],
    ['replay --world earth --from 1e3', "not '1e3'"],
    ['replay --world earth alive', "'alive'"],
    ['replay --world earth dead --from 1', 'replay dead takes'],
    ['status --colour', '--colour'],
  ] as const) {
    const { code, err } = await run(line)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
    expect(err).toContain('Usage:')
  }
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage:') })
})

test('where nothing runs it says how to start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-relay-'))
  try {
    const { code, err } = await run(`status --data ${folder}`, { DATABASE_URL: undefined })
    expect([code, err]).toEqual([1, expect.stringContaining('npm start')])
  } finally {
    rmSync(folder, { recursive: true })
  }
  const gone = await run('status', { DATABASE_URL: 'postgresql://orrery_relay:x@127.0.0.1:1/orrery' })
  expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('does not answer') })
})

test('status shows each cursor beside the head of its log, and what is dead', async () => {
  const { context } = await open('status')
  expect((await run('status --tenant nobody')).out).toBe('Tenant nobody has no worlds.')
  const worldId = await seedWorld(stage.admin, 9, { name: 'status-world' })
  expect((await run('status --world status-world')).out).toMatch(
    /status-world +\(none yet\) +0 +9 +9 +0 +- +-/,
  )
  await relayWorld(context, worldId)
  const clean = await run('status --world status-world')
  expect(clean.out).toMatch(/status-world +physics +9 +9 +0 +0 +- +-\n/)
  expect(clean.out).toContain('No dead letters.')
  await stage.admin.query(
    `UPDATE relay_cursors SET seq = 4, attempts = 2, last_error = E'away\\nnow', next_attempt_at = '2100-01-01Z'
     WHERE world_id = $1`,
    [worldId],
  )
  await stage.admin.query(
    `INSERT INTO dead_letters (world_id, destination, seq, tenant_id, error, attempts)
     VALUES ($1, 'consumer:story', 3, 'local', 'no such actor', 5)`,
    [worldId],
  )
  const { out } = await run('status --world status-world')
  expect(out).toMatch(/physics +4 +9 +5 +2 +2100-01-01T00:00:00Z +away now/)
  expect(out).toMatch(/status-world +consumer:story +3 +entity\.updated\.v1 +5 +\d{4}-.*no such actor/)
  expect(await run('status --world atlantis')).toMatchObject({
    code: 1,
    err: expect.stringContaining('atlantis'),
  })
})

describe('replay', () => {
  test('moves the cursor back and wakes the relay', async () => {
    const { queue, context, env } = await open('command-replay')
    const worldId = await seedWorld(stage.admin, 9, { name: 'replay-world' })
    await relayWorld(context, worldId)
    await drain(queue)
    const { code, out } = await run('replay --world replay-world --from 6 --destination physics', env)
    expect([code, out]).toEqual([0, 'replay-world: events 6 to 9 go again to physics.'])
    expect((await cursorOf(stage.admin, worldId, 'physics'))?.seq).toBe(5)
    expect((await drain(context.doorbell)).bodies).toEqual([JSON.stringify({ worldId })])
    await relayWorld(context, worldId)
    expect(seqsOf((await drain(queue)).batches)).toEqual(range(6, 9))
    expect(await run('replay --world replay-world --from 10', env)).toMatchObject({ code: 1 })
    expect(await run('replay --world replay-world --from 6 --tenant other', env)).toMatchObject({ code: 1 })
  })

  test('has the relay send dead letters again and tells what came of it', async () => {
    const { queue, context, env } = await open('command-dead')
    const worldId = await seedWorld(stage.admin, 9, { name: 'dead-world' })
    expect((await run('replay --world dead-world dead', env)).out).toContain('no dead letters')
    await stage.admin.query(
      `UPDATE world_events SET data = jsonb_build_object('note', repeat('p', 9000)) WHERE world_id = $1 AND seq = 5`,
      [worldId],
    )
    await relayWorld(context, worldId)
    expect(await deadLettersOf(stage.admin, worldId)).toMatchObject([{ seq: 5 }])
    await stage.admin.query(
      `INSERT INTO dead_letters (world_id, destination, seq, tenant_id, error, attempts)
       VALUES ($1, 'physics', 7, 'local', $2, 5)`,
      [worldId, randomUUID()],
    )
    await drain(queue)
    const relay = startRelay(context, { waitSeconds: 1 })
    try {
      const { code, out } = await run('replay dead --world dead-world', env)
      expect([code, out]).toEqual([0, 'dead-world: 1 accepted, 1 refused again.'])
    } finally {
      await relay.stop()
    }
    expect(await deadLettersOf(stage.admin, worldId)).toMatchObject([{ seq: 5, attempts: 2 }])
    expect(seqsOf((await drain(queue)).batches)).toEqual([7])
  })
})
