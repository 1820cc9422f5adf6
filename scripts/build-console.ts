import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildConsole, consoleDist } from './console/build.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Makes `console/dist`: the web console, as npm start and CloudFront serve it. */
await buildConsole(root)
const assets = join(root, consoleDist, 'assets')
const bytes = readdirSync(assets)
  .map((name) => gzipSync(readFileSync(join(assets, name))).length)
  .reduce((sum, length) => sum + length, 0)
console.log(`console: ${(bytes / 1_000).toFixed(0)} KB gzipped, all views together`)
