import { runCounted } from './tests/run-counted.ts'

// Deploys Orrery to a LocalStack-compatible endpoint and drives it as a client: test/deploy.
process.exit(await runCounted('test/deploy/vitest.config.ts', process.argv.slice(2)))
