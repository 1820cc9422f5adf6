import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/adapters/**/*.adapters.ts'],
    pool: 'forks',
    // while one of them is fetched another one runs
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 300_000,
    // what is being fetched and started
    disableConsoleIntercept: true,
  },
})
