import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeClient } from '../scripts/client/write.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let folder: string

beforeAll(async () => {
  // inside of the repository, where what the client needs is found
  folder = await mkdtemp(join(root, 'client/dist-test-'))
  await writeClient(root, folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the published client', () => {
  it('is below 12 KB, without anything that is not its own', async () => {
    const { outputFiles, metafile } = await build({
      ...{ entryPoints: [`${folder}/index.js`], bundle: true, minify: true, format: 'esm', write: false },
      ...{ platform: 'browser', metafile: true, logLevel: 'silent' },
    })
    expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThan(12_000)
    for (const input of Object.keys(metafile.inputs)) expect(join(root, input)).toContain(folder)
  })

  it('is of the client’s own sources alone', async () => {
    const { metafile } = await build({
      ...{
        entryPoints: ['index', 'react', 'binary'].map((name) => `${root}client/${name}.ts`),
        outdir: tmpdir(),
      },
      ...{
        bundle: true,
        format: 'esm',
        write: false,
        packages: 'external',
        metafile: true,
        absWorkingDir: root,
      },
    })
    expect(Object.keys(metafile.inputs).filter((input) => !input.startsWith('client/'))).toEqual([])
  })

  it('has types that a consumer’s compiler understands', async () => {
    const text = `
      import { createApi, createStateSync, interpolate } from './index.js'
      import { useWorld } from './react.js'
      import { binaryEncoding } from './binary.js'
      const sync = createStateSync({ url: '', encoding: binaryEncoding })
      const x: number | undefined = sync.entity('a')?.position[0]
      const size: number = useWorld(sync, (world) => world.size)
      const y: number | undefined = interpolate(sync).position('a')?.[1]
      const name: Promise<string> = createApi({ url: '' })
        .get('/worlds/{world}/entities/{id}', { path: { world: 'w', id: 'a' } })
        .then((entity) => entity.name)
      export const wrong: string = size
      export default [x, y, name]
    `
    await writeFile(join(folder, 'consumer.ts'), text)
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--ignoreConfig']
    const { stdout } = spawnSync('npx', ['tsc', ...options, '--lib', 'es2022,dom', `${folder}/consumer.ts`], {
      ...{ cwd: root, encoding: 'utf8' },
    })
    // the one mistake that is in it, and nothing else
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining("'number' is not assignable to type 'string'"),
    ])
  })

  it('names what it needs and exports what it has', async () => {
    const manifest = JSON.parse(await readFile(`${root}client/package.json`, 'utf8'))
    const files = Object.values(manifest.exports as Record<string, object>).flatMap((entry) =>
      Object.values(entry),
    )
    for (const file of files) await readFile(join(folder, file.replace('./dist/', '')))
    const versions = JSON.parse(await readFile(`${root}package.json`, 'utf8')).dependencies
    expect(manifest.dependencies['@msgpack/msgpack']).toBe(versions['@msgpack/msgpack'])
  })
})
