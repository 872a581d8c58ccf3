import { expect, it } from 'vitest';
import { judgeMemory, type Memory } from '../../../../src/host/proof/soak/judge-memory.js';

const mb = 1e6;
const at = (over: Partial<Memory>): Memory => ({
  used: 100 * mb,
  limit: 0,
  killed: 0,
  available: 4000 * mb,
  total: 8000 * mb,
  ...over,
});

it('is in order while it stays below its limit, or near it without growing', () => {
  expect(judgeMemory(at({}), at({ used: 3000 * mb }))).toEqual([]);
  expect(judgeMemory(at({ limit: 512 * mb }), at({ used: 300 * mb, limit: 512 * mb }))).toEqual([]);
  const full = at({ used: 490 * mb, limit: 512 * mb });
  expect(judgeMemory(full, full)).toEqual([]);
});

it('that grows towards its limit is a leak', () => {
  expect(judgeMemory(at({ limit: 512 * mb }), at({ used: 470 * mb, limit: 512 * mb }))).toEqual([
    'the release nears its limit of memory, 512 MB: it grew from 100 MB to 470 MB while it was watched',
  ]);
});

it('that takes what the machine has is a leak', () => {
  const [fault] = judgeMemory(at({}), at({ used: 3900 * mb, available: 200 * mb }));
  expect(fault).toContain('the machine is nearly out of memory (200 MB of 8000 MB left)');
  // Somebody else took it.
  expect(judgeMemory(at({}), at({ available: 200 * mb }))).toEqual([]);
});

it('for whose lack a process was killed is a fault at once', () => {
  expect(judgeMemory(at({ killed: 1 }), at({ killed: 1 }))).toEqual([]);
  expect(judgeMemory(at({ killed: 1 }), at({ killed: 2 }))[0]).toContain('the kernel killed a process');
});
