import { setTimeout as delay } from 'node:timers/promises'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool } from '#platform/postgres/pool'
import { serveDatasets } from '#training/serve-datasets'
import { hideSealed } from '../../functions/sealed-answers.ts'

/** Writes datasets until it is killed: tells its parent of each part that is noted, and then takes its time. */
const [connectionString = '', folder = ''] = process.argv.slice(2)
const store = filesystemObjectStore(folder)
const pool = createPool({ connectionString, applicationName: 'test-datasets' })
let puts = 0
const objects = {
  ...store,
  put: async (key: string, bytes: Uint8Array) => {
    if (puts === 2) {
      // the next one is in the store, and nobody has noted it
      await store.put(key, bytes)
      process.send?.(puts)
      await delay(60_000)
    }
    puts += 1
    return store.put(key, bytes)
  },
}
await serveDatasets({ pool, objects, hide: hideSealed, isOver: () => false }, undefined)
