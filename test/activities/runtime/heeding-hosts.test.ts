import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from 'ssh2';
import { expect, it } from 'vitest';
import { createActivities } from '../../../src/activities/index.js';
import { folderStore } from '../../../src/artifact/folder-store.js';
import { SshSession } from '../../../src/host/ssh/session.js';
import type { HostSession } from '../../../src/host/types.js';
import { app, plan } from '../../workflows/fakes.js';

const never = new Promise<HostSession>(() => undefined);
/** Its network went away: it takes a channel's request, and nothing comes back. */
const silent = new SshSession('web1', 'root@web1:22', { exec: () => true } as unknown as Client);

const input = {
  app: { ...app, deadmanSeconds: 120 },
  plan: { ...plan(), baseline: [] },
  reach: { alias: 'web1' },
  deployment: 'belay/words/production/web1@run',
  startedBy: 'kim@laptop',
  release: '20261124T101500Z-aaaaaaaa',
  number: 7,
};

const names = ['inspect', 'backUp', 'stop', 'start', 'verify', 'soak', 'verifyOld', 'commit'] as const;

it.each([
  ['while it connects', never],
  ['while a channel opens', Promise.resolve(silent)],
])('every step hears at once that it is cancelled, %s', async (_, session) => {
  const hosts = { session: () => session, close: () => Promise.resolve() };
  const steps = createActivities({ hosts, artifacts: folderStore('/nowhere') });
  const ended = names.map((name) => {
    const environment = new MockActivityEnvironment();
    environment.once('heartbeat', () => environment.cancel());
    const step = (given: unknown) => (steps[name] as (given: unknown) => Promise<unknown>)(given);
    return environment.run(step, input).then(
      () => 'ended',
      (error: unknown) => (error as Error).message,
    );
  });
  expect(await Promise.all(ended)).toEqual(names.map(() => 'cancelled'));
});
