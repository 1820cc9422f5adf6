import { ApiAway, isReachable, RequestRefused } from './import/client.ts'
import { runIcewsImport } from './import/icews/run.ts'
import { BadItem } from './import/item.ts'
import { type ImportOptions, importUsage, parseImportOptions } from './import/options.ts'
import { runImport } from './import/run.ts'
import { BatchRefused } from './import/send.ts'
import { UsageError } from './local/options.ts'
import { readRunFile } from './local/run-file.ts'

const isExpected = (error: unknown): boolean =>
  [BatchRefused, ApiAway, RequestRefused, BadItem].some((kind) => error instanceof kind) ||
  (error as NodeJS.ErrnoException).code === 'ENOENT'

const run = async (options: ImportOptions): Promise<number> => {
  const url = options.url ?? readRunFile('.orrery')?.url ?? 'http://127.0.0.1:7000'
  if (!(await isReachable(url))) {
    console.error(`Nothing answers at ${url}. Start Orrery in another terminal (npm start), or give --url.`)
    return 1
  }
  try {
    const api = { url, token: process.env.ORRERY_TOKEN || undefined }
    const start = options.icews === undefined ? runImport : runIcewsImport
    await start(options, api, (line) => console.log(line))
    return 0
  } catch (error) {
    if (!isExpected(error)) console.error(error)
    else console.error((error as Error).message)
    return 1
  }
}

const main = async (args: string[]): Promise<number> => {
  try {
    const options = parseImportOptions(args)
    if (!options.help) return await run(options)
    console.log(importUsage)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n\n${importUsage}`)
    return 2
  }
}

// an unread pipe on standard input would keep the process
process.exit(await main(process.argv.slice(2)))
