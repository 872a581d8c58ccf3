import { defineConfig } from 'vitest/config';

// Temporal's native core breaks in worker threads: every test file gets a process of its own.
// Most tests wait for a server or a host rather than compute: two at a time are what two cores carry.
const shared = { pool: 'forks', retry: 0, restoreMocks: true, maxWorkers: 2 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{hosts,incident,chaos,ui,temporal-real}/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'real',
          include: ['test/{hosts,incident,chaos,ui,temporal-real}/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
