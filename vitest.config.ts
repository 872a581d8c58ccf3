import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

// Temporal's native core breaks in worker threads: every test file gets a process of its own.
// Tests on real servers wait half of their time, the others compute: side by side three fill two cores. More would only
// take the processor from the servers under test.
const shared = { pool: 'forks', retry: 0, restoreMocks: true, maxWorkers: 3 } as const;

/** The files that take longest begin first; nothing is left to wait for at the end. */
const longest = [
  'incident/incident',
  'chaos/selection',
  'hosts/bad-input',
  'hosts/deadman',
  'hosts/changes',
  'hosts/init',
  'hosts/ssh',
  'workflows/deploy',
  'cli/commands/deploy',
];

class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      if (at >= 0) return at;
      return /\/test\/(?:hosts|incident|temporal-real|ui)\//.test(moduleId)
        ? longest.length
        : longest.length + 1;
    };
    return Promise.resolve([...files].sort((a, b) => rank(a) - rank(b)));
  }
}

/** Folders whose tests only compute: nothing that one leaves behind could reach the next. */
const computing = 'test/{artifact,config,domain,history,init,cli/grammar,cli/output}/**/*.test.ts';

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'computing',
          include: [computing],
          // Loading the modules once for all files takes half of the processor that loading them for each takes.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [computing, 'test/{hosts,incident,chaos,ui,temporal-real}/**'],
          // Beside tests that start servers, a moment may be long.
          testTimeout: 30_000,
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
