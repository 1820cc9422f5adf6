import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { clientBundle } from './client/bundle.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Makes `client/dist`, which is what is published. */
await rm(`${root}client/dist`, { recursive: true, force: true })
await build({ ...clientBundle(root), outdir: `${root}client/dist` })
const { status } = spawnSync('npx', ['tsc', '--project', 'client/tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
