import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/console/**/*.console.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // one browser and one stack for all files
    fileParallelism: false,
    isolate: false,
    disableConsoleIntercept: true,
  },
})
