import { runCounted } from './tests/run-counted.ts'

// Runs the suites of the entity cache and of tick snapshots on a real server: valkey-server or redis-server, whichever
// is installed (on Debian: apt-get install redis-server). It listens on a free port of 127.0.0.1 and ends with the tests.
process.exit(await runCounted('test/redis/vitest.config.ts', process.argv.slice(2)))
