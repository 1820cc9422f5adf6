import { createFilesystemOverflow } from '#platform/overflow/filesystem'

/**
 * The process that the kill -9 test kills: diverts without end, several at a time, and prints the id of
 * each request that was acknowledged.
 */
const [directory = '', prefix = ''] = process.argv.slice(2)
const store = await createFilesystemOverflow(directory)
const key = { tenantId: 'acme', world: 'earth' }
for (let group = 0; ; group += 1) {
  const ids = Array.from({ length: 7 }, (_, index) => `${prefix}-${group * 7 + index}`)
  await Promise.all(
    ids.map(async (requestId, index) => {
      await store.divert(key, { requestId, body: 'b'.repeat(index * 3_000) })
      process.stdout.write(`${requestId}\n`)
    }),
  )
}
