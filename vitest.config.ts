import { defineConfig } from 'vitest/config'

// What tests make is as safe as they say, also where a group may write whatever somebody makes; every process of them inherits it.
process.umask(0o022)

export default defineConfig({
  resolve: { alias: { 'aigw-sync': new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Most of them wait for children and sockets.
    maxWorkers: 2,
    sequence: { shuffle: true },
    // For what hangs. Nothing is measured by it: some take ten seconds where nobody else is busy, and many times that where somebody is.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
