import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { bundleFunction } from '../bundle/bundle.ts'
import { atMost, type Bench, type BenchResult, figure, median } from './harness.ts'

const runs = 11
const functionsDir = fileURLToPath(new URL('../../functions/', import.meta.url))

interface Program {
  name: string
  /** The module that is imported. */
  url: string
  kilobytes: number
}

/** A module with nothing in it, and the bundle of every function as it goes to AWS. */
const bundleAll = async (folder: string): Promise<{ bare: Program; functions: Program[] }> => {
  const empty = join(folder, 'bare.mjs')
  await writeFile(empty, 'export const handler = () => {}\n')
  const entries = await readdir(functionsDir, { recursive: true })
  const names = entries
    .filter((path) => /^[^/]+\/handler\.ts$/.test(path))
    .map((path) => path.split('/')[0]!)
    .sort()
  return {
    bare: { name: 'bare Node', url: pathToFileURL(empty).href, kilobytes: 0 },
    functions: await Promise.all(names.map((name) => bundle(name, join(folder, name)))),
  }
}

const bundle = async (name: string, outDir: string): Promise<Program> => {
  const files = await bundleFunction(join(functionsDir, name, 'handler.ts'), outDir)
  const modules = files.filter(({ path }) => path.endsWith('.mjs'))
  const atStart = loadedAtStart(
    new Map(modules.map(({ path, contents }) => [path, Buffer.from(contents).toString()])),
  )
  const kilobytes = atStart.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1_000
  return { name, url: pathToFileURL(join(outDir, 'index.mjs')).href, kilobytes }
}

/** The texts of index.mjs and of the chunks that it imports at once; others are loaded when they are needed. */
const loadedAtStart = (modules: ReadonlyMap<string, string>): string[] => {
  const seen = new Set(['index.mjs'])
  for (const path of seen)
    for (const [, name] of modules.get(path)!.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) seen.add(name!)
  return [...seen].map((path) => modules.get(path)!)
}

const execute = promisify(execFile)

/** performance.now() counts from the start of the process: bootstrap and import, without what spawning it takes. */
const script = `
  const { handler } = await import(process.argv[1])
  if (typeof handler !== 'function') throw new Error('no handler')
  console.log(performance.now())
  process.exit(0)`

const importMs = async ({ name, url }: Program): Promise<number> => {
  // as on AWS
  const env = { ...process.env, NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_SERVICE_NAME: 'bench' }
  const args = ['--input-type=module', '--eval', script, url]
  const { stdout } = await execute(process.execPath, args, { env })
  const ms = Number(stdout)
  if (!(ms > 0)) throw new Error(`${name} answered ${stdout}`)
  return ms
}

/** Programs take turns, so that a busy machine is busy for all of them. */
const measure = async (programs: Program[], log: (line: string) => void): Promise<number[][]> => {
  const samples: number[][] = programs.map(() => [])
  for (let run = -1; run < runs; run++) {
    for (const [index, program] of programs.entries()) {
      const ms = await importMs(program)
      if (run >= 0) samples[index]!.push(ms)
    }
    log(`run ${run + 1} of ${runs}${run < 0 ? ' (warm-up)' : ''}`)
  }
  return samples
}

const report = (functions: Program[], [bare, ...samples]: number[][]): BenchResult => {
  // beside the bare import of the same run
  const over = samples.map((sample) => sample.map((ms, run) => ms - bare![run]!))
  const names = functions.map(({ name }) => name)
  return {
    figures: [
      figure('bare Node', 'ms', bare!),
      ...names.map((name, index) => figure(`${name}, import`, 'ms', samples[index]!)),
      ...names.map((name, index) => figure(`${name}, import over bare`, 'ms', over[index]!)),
      ...functions.map(({ name, kilobytes }) => figure(`${name}, bundle`, 'KB', [kilobytes])),
    ],
    goals: [
      atMost('largest bundle, KB', Math.max(...functions.map(({ kilobytes }) => kilobytes)), 600),
      atMost('slowest import over bare Node, ms', Math.max(...over.map(median)), 80),
    ],
  }
}

/** What a cold start of each Lambda function loads: bundle sizes and import times beside an empty module. */
export const bench: Bench = {
  name: 'cold',
  run: async (log) => {
    const folder = await mkdtemp(join(tmpdir(), 'orrery-cold-'))
    try {
      log('bundling…')
      const { bare, functions } = await bundleAll(folder)
      return report(functions, await measure([bare, ...functions], log))
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}
