import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseImportOptions } from '../options.ts'
import { openIcews } from './source.ts'

it('finds the names beside the events', () => {
  expect(parseImportOptions(['icews', '/data/18/events.txt'], {})).toMatchObject({
    ...{ source: 'icews', world: 'icews', batchItems: 5_000, limit: undefined, inFlight: 1 },
    icews: {
      ...{ events: '/data/18/events.txt', chronicle: 'icews', shuffle: undefined },
      ...{ entities: '/data/18/entity2id.txt', relations: '/data/18/relation2id.txt' },
    },
  })
})

it('finds everything in the folder that the environment names', () => {
  const { icews } = parseImportOptions(['icews'], { ORRERY_ICEWS: '/data/18' })
  expect(icews).toMatchObject({ events: '/data/18/events.txt', entities: '/data/18/entity2id.txt' })
})

it('takes a folder for the file, and says what it misses in one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-icews-'))
  try {
    const { icews } = parseImportOptions(['icews', folder], {})
    expect(icews).toMatchObject({
      events: join(folder, 'events.txt'),
      entities: join(folder, 'entity2id.txt'),
    })
    const missing = new RegExp(`no file ${join(folder, 'entity2id.txt')}[^]*events.txt[^]*INK-USC/RE-Net`)
    await expect(openIcews(icews!)).rejects.toThrow(missing)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('takes what it is given', () => {
  const args =
    'icews e.txt --entities a --relations b --chronicle news --shuffle 7 --limit 9 --batch 3 --world w'
  expect(parseImportOptions(args.split(' '), { ORRERY_ICEWS: '/data/18' })).toMatchObject({
    ...{ world: 'w', batchItems: 3, limit: 9 },
    icews: { events: 'e.txt', entities: 'a', relations: 'b', chronicle: 'news', shuffle: 7 },
  })
})

it('leaves the other sources as they were', () => {
  expect(parseImportOptions(['cities'], {})).toMatchObject({ world: 'earth', batchItems: 1_000, inFlight: 4 })
  expect(parseImportOptions(['f', '--world', 'w'], {})).toMatchObject({ inFlight: 1, icews: undefined })
})

it.each([
  ['icews', /Give the file of the events/],
  ['icews a b', /Give one source/],
  ['icews a --batch 5001', /--batch takes a number from 1 to 5000/],
  ['icews a --shuffle -1', /--shuffle/],
  ['icews a --shuffle x', /--shuffle takes a number/],
  ['icews a --limit 0', /--limit takes a number/],
  ['icews a --in-flight 17', /--in-flight takes a number from 1 to 16/],
  ['icews a --chronicle=', /--chronicle takes the id/],
  ['cities --shuffle 1', /--shuffle is for icews/],
  ['f --world w --chronicle c', /--chronicle is for icews/],
  ['f --world w --limit 3', /--limit is for cities and icews/],
])('does not take: %s', (args, message) => {
  expect(() => parseImportOptions(args.split(' '), {})).toThrow(message)
})
