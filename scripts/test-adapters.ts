import { missingTools } from '../test/adapters/tools.ts'
import { runCounted } from './tests/run-counted.ts'

// Runs the suites of the ledger's stores, and of tick snapshots, on every database that can be had here: test/adapters.
// Arguments choose by the names of its files; --brief takes few random ledgers and one crash.
const args = process.argv.slice(2)
if (args.includes('--brief')) process.env.ADAPTERS_BRIEF = 'true'
for (const { database, message } of missingTools()) console.error(`${database} cannot be started: ${message}`)
const chosen = args.filter((arg) => arg !== '--brief')
process.exit(await runCounted('test/adapters/vitest.config.ts', chosen))
