import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the built console lies, below the root of the repository. */
export const consoleDist = 'console/dist'

/** What the bundle is made of; a lock file that changed may have brought other versions. */
const sources = ['console/src', 'console/public', 'console/index.html', 'console/vite.config.ts', 'client']

/** Whether there is no console yet, or something that it is made of is newer. */
export const isConsoleStale = async (root: string): Promise<boolean> => {
  const built = await stat(join(root, consoleDist, 'index.html')).catch(() => undefined)
  if (built === undefined) return true
  const inputs = [...sources, 'package-lock.json'].map((path) => newestMs(join(root, path)))
  return (await Promise.all(inputs)).some((changedMs) => changedMs > built.mtimeMs)
}

/** When a file, or a file below a folder, was last changed; 0: it is not there. */
const newestMs = async (path: string): Promise<number> => {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('/dist'))
  const times = files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mtimeMs)
  return Math.max(0, ...(await Promise.all(times)))
}

/** Makes `console/dist`; some two seconds. */
export const buildConsole = async (root: string): Promise<void> => {
  // only here: it costs 0.2 s, and a start seldom needs it
  const { build } = await import('vite')
  await build({ configFile: join(root, 'console/vite.config.ts'), build: { emptyOutDir: true } })
}
