import { missingTools } from '../test/adapters/tools.ts'
import { runCounted } from './tests/run-counted.ts'

// Runs the suite of the ledger's stores on every database that can be had here: test/adapters. Arguments choose by the
// names of its files.
for (const { database, message } of missingTools()) console.error(`${database} cannot be started: ${message}`)
process.exit(await runCounted('test/adapters/vitest.config.ts', process.argv.slice(2)))
