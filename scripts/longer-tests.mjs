/** Files of tests on real servers that take minutes more: no part of `npm test`, run by `npm run test:longer`. */
export const longerTests = [
  'hosts/more-servers.test.ts',
  'hosts/own-unit.test.ts',
  'hosts/own-unit-detour.test.ts',
  'hosts/own-unit-more.test.ts',
  'hosts/own-program.test.ts',
  'hosts/own-data.test.ts',
  'hosts/five-kinds.test.ts',
  'hosts/detour-faults.test.ts',
  'hosts/detour-clients.test.ts',
  'hosts/nginx-gates.test.ts',
  'hosts/hostile-deploy.test.ts',
  'hosts/hostile-state.test.ts',
  'hosts/upgrade.test.ts',
  'hosts/full-disk.test.ts',
  'hosts/full-disk-steps.test.ts',
];
