import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/console/**/*.console.ts'],
    globalSetup: ['test/console/shared-stack.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // one stack for all files, and one browser at a time
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
})
