import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/deploy/**/*.deploy.ts'],
    pool: 'forks',
    testTimeout: 90_000,
    hookTimeout: 300_000,
    // the steps of the deployment, as they come
    disableConsoleIntercept: true,
  },
})
