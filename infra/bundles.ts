import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BundledFile, bundleFiles } from '../scripts/bundle/bundle.ts'
import { cacheDir, cachedFolders, keepFolder } from './bundle-cache.ts'
import { inRepository } from './deployment.ts'

export const functionNames = [
  'api-chronicle',
  'api-ingest',
  'api-ledger',
  'api-mcp',
  'api-query',
  'api-sync',
  'api-training',
  'api-world',
  'api-status',
  'authorizer',
  'cognito-token',
  'relay',
  'relay-sweep',
  'overflow',
  'physics-scaler',
  'snapshots',
  'sync',
  'commit-engine',
  'chronicle',
  'migrate',
] as const

export type FunctionName = (typeof functionNames)[number]

/** A function does not exist, or cannot be bundled; the message says which and why. */
export class BundleFailed extends Error {
  readonly code = 'bundle-failed'
}

/** A folder of each function that AWS can run as it is, named for its content. */
export type Bundles = Readonly<Record<FunctionName, string>>

const migrationsDir = inRepository('layers/platform/migrations')

/**
 * Bundles every function.
 *
 * @throws BundleFailed
 */
export const bundleAll = async (): Promise<Bundles> => {
  const folders = await cachedFolders(async () =>
    Object.fromEntries(
      await Promise.all(functionNames.map(async (name) => [name, await bundle(name)] as const)),
    ),
  )
  return folders as Bundles
}

const bundle = async (name: FunctionName): Promise<string> => {
  const entry = inRepository(`functions/${name}/handler.ts`)
  if (!existsSync(entry)) throw new BundleFailed(`functions/${name}/handler.ts does not exist`)
  try {
    const files = await bundleFiles(entry, join(cacheDir, name))
    return await keepFolder(name, name === 'migrate' ? [...files, ...(await migrations())] : files)
  } catch (cause) {
    throw new BundleFailed(`functions/${name} cannot be bundled: ${(cause as Error).message}`, { cause })
  }
}

/** The migrations are read as files, beside the code that runs them. */
const migrations = async (): Promise<BundledFile[]> => {
  const names = (await readdir(migrationsDir)).sort()
  return Promise.all(
    names.map(async (name) => ({
      path: join('migrations', name),
      contents: await readFile(join(migrationsDir, name)),
    })),
  )
}
