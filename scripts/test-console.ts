import { findChromium } from './tests/find-chromium.ts'
import { runCounted } from './tests/run-counted.ts'

// Runs the console in a real browser, on a whole stack with real cities: Chromium (on Debian: apt-get install chromium),
// without a window. With SCREENSHOTS=1 it also writes the pictures of
// docs/images. All of it listens on free ports of
// 127.0.0.1 and ends with the tests.
try {
  findChromium(process.env)
} catch (error) {
  console.error((error as Error).message)
  console.log('\n0 passed, 1 failed')
  process.exit(1)
}
process.exit(await runCounted('test/console/vitest.config.ts', process.argv.slice(2)))
