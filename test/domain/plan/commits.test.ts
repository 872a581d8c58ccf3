import { expect, it } from 'vitest';
import { commitsSince } from '../../../src/domain/plan/commits.js';

const source = { commits: [`${'c3'.repeat(20)} third`, 'b2 second', `${'a1'.repeat(20)} first`] };
const active = (commit?: string) => ({
  active: 'R',
  releases: [{ release: 'R', outcome: 'active', when: '', ...(commit !== undefined && { commit }) }],
});

it('are those after the commit that the active release was packed from', () => {
  expect(commitsSince(active('a1'.repeat(20)), source)).toEqual(['c3c3c3c third', 'b2 second']);
});

it('are not known where there is none, where the source knows no such commit, and where it is an older one', () => {
  expect(commitsSince(active(), source)).toBeUndefined();
  expect(commitsSince(active('d4'), source)).toBeUndefined();
  expect(commitsSince(active('c3'.repeat(20)), source)).toBeUndefined();
  expect(commitsSince(active('a1'.repeat(20)), undefined)).toBeUndefined();
});
