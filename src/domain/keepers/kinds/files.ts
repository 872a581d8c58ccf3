import type { DescribesKeeper } from './kind.js';

/** Of an app that is files alone nothing runs: nginx serves it, and goes on as it is. */
export const noKeeper: DescribesKeeper = () => ({
  kind: 'files',
  name: 'nginx',
  label: 'nginx',
  commit: 'leave nginx as it is',
  isMade: false,
  needsRoot: true,
  rootText: () => 'nginx’s configuration can be read, and its workers be looked after, by root alone',
  needsSystemd: false,
  givesEnvironment: false,
  seen: () => ({}),
  keeps: () => false,
});
