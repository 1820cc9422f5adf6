import { resolve } from 'node:path'
import { bundleFunction } from './bundle.ts'

const usage = `Usage: node scripts/bundle/command.ts ENTRY FOLDER

Bundles a TypeScript program as AWS runs it: FOLDER/index.mjs and its source map.`

const [entry, folder, ...surplus] = process.argv.slice(2)
if (entry === undefined || folder === undefined || surplus.length > 0) {
  console.error(usage)
  process.exit(2)
}
await bundleFunction(entry, resolve(folder))
