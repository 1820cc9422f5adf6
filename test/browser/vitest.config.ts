import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/browser/**/*.browser.ts'],
    pool: 'forks',
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // one browser and one stack at a time
    fileParallelism: false,
    // what was measured
    disableConsoleIntercept: true,
  },
})
