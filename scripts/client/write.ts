import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { clientBundle } from './bundle.ts'

/**
 * Writes the client as it is published into a folder of its own: ESM, and declarations.
 *
 * @throws Error with esbuild's messages, or when the compiler finds a mistake
 */
export const writeClient = async (root: string, folder: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true })
  await build({ ...clientBundle(root), outdir: folder })
  const compiler = spawn('npx', ['tsc', '--project', 'client/tsconfig.build.json', '--outDir', folder], {
    ...{ cwd: root, stdio: 'inherit' },
  })
  const [code] = await once(compiler, 'exit')
  if (code !== 0) throw new Error(`tsc ended with ${code}`)
  // the compiler leaves the endings of the sources in declarations
  const files = await readdir(folder, { recursive: true })
  for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
    const path = join(folder, file)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(/(from\s*'\.[^']*)\.ts'/g, "$1.js'"))
  }
}
