import { PassThrough } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { ledgerCommand } from '../../scripts/ledger/command.ts'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { fiveLayers, walkers } from '../support/ledger-walkers.ts'

let ledger: LedgerHarness
let admin: pg.Client
let world: string
let worldId: string
let worlds = 0

beforeAll(async () => {
  ledger = await createLedgerHarness()
  admin = new pg.Client({ connectionString: ledger.database.adminUrl })
  await admin.connect()
})

afterAll(async () => {
  await admin?.end()
  await ledger?.close()
})

beforeEach(async () => {
  world = `w${++worlds}`
  worldId = await ledger.world(world, fiveLayers)
  for (const from of [1, 25]) {
    await ledger.produce(worldId, fiveLayers, walkers(from, from + 19, 5), from + 19)
    await ledger.serveAll()
  }
})

const run = async (line: string, env: NodeJS.ProcessEnv = {}) => {
  const out: string[] = []
  const err: string[] = []
  const code = await ledgerCommand({
    args: line.split(' ').filter(Boolean),
    env: {
      DATABASE_URL: ledger.database.url('orrery_background'),
      OBJECT_STORE_DIR: ledger.objectsDir,
      ...env,
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    progress: new PassThrough().resume() as unknown as NodeJS.WriteStream,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

interface Link {
  commit_id: string
  commit_key: string
  shard: string
  number: number
  archive_id: string | null
}

const atomicChain = async (): Promise<Link[]> => {
  const { rows } = await admin.query<Link>(
    `SELECT commit_id, commit_key, shard, number::int, archive_id FROM commits
     WHERE world_id = $1 AND layer = 'atomic' AND shard = '4:-1:0:0' ORDER BY number`,
    [worldId],
  )
  return rows
}

it('verifies one world or all, and names what is broken', async () => {
  const whole = await run(`verify --world ${world}`)
  expect(whole.code).toBe(0)
  expect(whole.out).toMatch(new RegExp(`^${world}: holds\n  layer +chains`))
  expect(whole.out).toMatch(/^ {2}universal +1 +1 +0 +1 +1$/m)
  const [, second] = await atomicChain()
  await admin.query(
    `UPDATE commits SET hash = set_bit(hash, 3, 1 - get_bit(hash, 3)) WHERE commit_key = $1`,
    [second!.commit_key],
  )
  const all = await run('verify')
  expect(all.code).toBe(1)
  expect(all.out).toContain(`${world}: does not hold`)
  expect(all.out).toContain('its hash does not match its contents.')
  for (const [name, value] of [
    ['layer', 'atomic'],
    ['shard', second!.shard],
    ['number', '2'],
    ['commit id', second!.commit_id],
  ])
    expect(all.out).toMatch(new RegExp(`^ +${name} +${value}$`, 'm'))
  expect((await run(`verify --world ${worldId} --layer universal`)).out).toMatch(/gamma\n {2}universal +1/)
})

it('makes commits again, and says which one differs', async () => {
  const chain = await atomicChain()
  const [first, last] = [chain[0]!, chain.at(-1)!]
  const line = `replay --world ${world} --layer atomic --from ${first.commit_id} --to ${last.commit_id}`
  const equal = await run(line)
  expect(equal).toMatchObject({ code: 0, out: expect.stringContaining(`all ${chain.length} have the hash`) })
  await admin.query('UPDATE commit_entries SET count = count + 7 WHERE commit_key = $1', [
    chain[1]!.commit_key,
  ])
  const differs = await run(line)
  expect(differs.code).toBe(1)
  expect(differs.out).toContain(
    `differs first at commit 2, ${chain[1]!.commit_id}. Commits 1 to 1 are equal.`,
  )
  expect(differs.out).toMatch(/0:-\d+:-?\d:\d +count +\d+ +\d+/)
  for (const key of await ledger.objects.list(`ticks/${worldId}/`)) await ledger.objects.delete(key)
  const gone = await run(line)
  expect(gone).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^input-missing: .*\n.*still verify by their hashes/s),
  })
})

it('moves commits to the archive and back, as jobs that the audit log has', async () => {
  const archived = await run(`archive --world ${world} --layer atomic --before 30`)
  expect(archived).toMatchObject({ code: 0, out: expect.stringMatching(/archive done: .*commits [1-9]/) })
  const status = await run(`status --world ${world}`)
  expect(status.out).toMatch(new RegExp(`^${world}: ticks up to 44; 200 ticks of bodies are kept, 1 to 44`))
  expect(status.out).toMatch(/^ {2}atomic +\d+ +\d+ +0 +39 +5 +\d+ +[1-9]\d* +4 +[0-9a-f]{16}$/m)
  expect((await run(`verify --world ${world}`)).code).toBe(0)
  const id = (await atomicChain())[0]!.archive_id
  const restored = await run(`restore --world ${world} --archive ${id}`)
  expect(restored).toMatchObject({ code: 0, out: expect.stringMatching(/restore done: commits [1-9]/) })
  expect((await atomicChain())[0]!.archive_id).toBeNull()
  expect((await run(`verify --world ${world}`)).code).toBe(0)
  const missing = await run(`restore --world ${world} --archive 01890000-0000-7000-8000-000000000001`)
  expect(missing).toMatchObject({ code: 1, out: expect.stringContaining('no-such-archive') })
  const { rows } = await admin.query(
    'SELECT action, subject FROM audit_log WHERE world = $1 ORDER BY audit_id',
    [world],
  )
  expect(rows.map(({ action }) => action)).toEqual(['archiveLedger', 'restoreLedger', 'restoreLedger'])
})

it('says what is wrong with the command line, and what is not there, with exit code 2', async () => {
  const [id, nobody] = [
    '01890000-0000-7000-8000-000000000001',
    'postgresql://orrery_background:x@127.0.0.1:1/orrery',
  ]
  for (const [line, message] of [
    ['prove', "there is no command 'prove'"],
    ['verify --from 3', 'verify takes no --from'],
    [
      'verify --layer lunar',
      "--layer must be one of atomic, planetary, solar, galactic, universal, not 'lunar'",
    ],
    ['verify twice', "'twice' is not understood"],
    ['verify --colour', '--colour'],
    ['verify --world nowhere', "no world 'nowhere'"],
    ['status --tenant other', 'Tenant other has no worlds'],
    ['replay --layer atomic', '--from is missing'],
    [`replay --world w1 --layer atomic --from 3 --to ${id}`, "--from must be the id of a commit, not '3'"],
    [`replay --world w1 --layer atomic --from ${id} --to ${id}`, 'has no commit'],
    ['archive --world w1 --layer atomic --before soon', "--before must be the number of a tick, not 'soon'"],
    ['restore --world w1', '--archive is missing'],
  ] as const)
    expect([line, await run(line)]).toEqual([
      line,
      { code: 2, out: '', err: expect.stringContaining(message) },
    ])
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage:') })
  expect(await run('verify', { DATABASE_URL: nobody })).toMatchObject({
    ...{ code: 2, err: expect.stringContaining('does not answer') },
  })
})
