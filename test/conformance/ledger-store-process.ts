import type { LayerKey } from '#ledger/ledger-store'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { crashCommits } from './ledger-commits.ts'
import { connectTo } from './ledger-store-target.ts'

/** The process that the suite kills: persists the commits of `crashCommits`, and prints a line after each. */
interface Settings {
  module: string
  settings: unknown
  archive: string
  key: LayerKey
}

const { module, settings, archive, key } = JSON.parse(process.argv[2]!) as Settings
const { store } = await connectTo({ module, settings }, filesystemObjectStore(archive))
for (const commit of crashCommits(key)) {
  await store.persistCommit(commit)
  process.stdout.write(`${commit.number}\n`)
}
process.exit(0)
