import { expect, test, vi } from 'vitest';
import { makeChange } from '../../../src/activities/change/make-change.js';
import type { HostSession } from '../../../src/host/types.js';
import { app, plan } from '../local-host.js';

vi.mock('../../../src/host/door/door.js', () => ({
  change: () => Promise.resolve({ exit: 1, output: '', how: 'ran' }),
}));
vi.mock('../../../src/activities/runtime/context.js', () => ({ cancelSignal: () => undefined }));

test('a step that could not say why it failed points at what may have kept it from doing so', async () => {
  const hosts = {
    session: () => Promise.resolve({ alias: 'web1' } as HostSession),
    close: () => Promise.resolve(),
  };
  const target = { app, reach: { alias: 'web1' }, startedBy: 'a@b', release: plan.release, deployment: 'd' };
  const ask = { script: 'start', args: [], minutes: 2, remedy: 'Deploy again.' };
  await expect(makeChange(hosts, 'start', { ...target, plan, number: 1 }, ask)).rejects.toThrow(
    '`start` on web1 failed with exit status 1 and left no word why; see whether the disk is full ' +
      '(`df -h`).\nDeploy again.',
  );
});
