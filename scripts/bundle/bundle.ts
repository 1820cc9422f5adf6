import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { leaveOut } from './left-out.ts'
import { ownSourceMaps } from './own-source-maps.ts'
import { queryLanguageText } from './query-language.ts'
import { runtimeCredentials } from './runtime-credentials.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * How every program of Orrery becomes ESM for AWS: the Lambda functions and the physics image. The
 * SDK is inside, so that what was tested is what runs, whatever SDK the runtime happens to hold.
 *
 * @param entry of TypeScript, absolute or relative to the repository
 */
const bundleOptions = (entry: string) =>
  ({
    entryPoints: { index: entry },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // what a function imports when it needs it is a file of its own, which a cold start does not load
    splitting: true,
    outExtension: { '.js': '.mjs' },
    minify: true,
    sourcemap: 'linked',
    // the lines say where; the text would be nine tenths of the folder
    sourcesContent: false,
    mainFields: ['module', 'main'],
    // pg asks for it and does without
    external: ['pg-native'],
    plugins: [runtimeCredentials, leaveOut, queryLanguageText, ownSourceMaps],
    // pg and its friends are CommonJS, and ESM has no require of its own
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'silent',
  }) satisfies BuildOptions

export interface BundledFile {
  /** Relative to the folder of the bundle. */
  path: string
  contents: Uint8Array
}

/**
 * Bundles in memory: `index.mjs`, a chunk for whatever it imports later, and source maps.
 *
 * @throws Error with esbuild's messages
 */
export const bundleFiles = async (entry: string, outDir: string): Promise<BundledFile[]> => {
  const { outputFiles } = await build({ ...bundleOptions(entry), outdir: outDir, write: false })
  return outputFiles.map(({ path, contents }) => ({ path: path.slice(outDir.length + 1), contents }))
}

/** Bundles `entry` into the folder `outDir`, which is made when it is missing; answers what it wrote. */
export const bundleFunction = async (entry: string, outDir: string): Promise<BundledFile[]> => {
  const files = await bundleFiles(entry, outDir)
  for (const { path, contents } of files) {
    await mkdir(dirname(join(outDir, path)), { recursive: true })
    await writeFile(join(outDir, path), contents)
  }
  return files
}
