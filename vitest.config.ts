import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{client,console,layers,functions,services,scripts}/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // most of the time tests wait: for processes, for databases, for conditions
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
