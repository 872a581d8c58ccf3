import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { plan } from '../../../src/activities/steps/plan.js';
import type { Dependencies } from '../../../src/activities/runtime/dependencies.js';
import type { PlanInput } from '../../../src/domain/plan/input.js';
import type { App } from '../../../src/domain/app/app.js';
import { environmentFile, startScript } from '../../../src/host/keepers/launch.js';
import { unitFile } from '../../../src/host/keepers/systemd.js';
import { makeApp } from '../../domain/make-app.js';
import { port } from '../../domain/make-backend.js';
import {
  makeFacts,
  makeListener,
  makeNginx,
  makeProcess,
  makeServer,
  makeUnit,
} from '../../domain/make-facts.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const artifact = 'a'.repeat(64);
const launch = {
  app: makeApp(),
  release: 'R',
  user: 'www-data',
  bind: { kind: 'port' as const, port: 9999, from: 'nginx, /etc/nginx/sites-enabled/words.example.test:4' },
};

/** belay's own unit serves release R, started by belay.yml as makeApp has it. */
function input(app: Partial<App> = {}): PlanInput {
  return {
    app: makeApp(app),
    reach: { alias: 'web1' },
    deployment: 'd',
    startedBy: 'me',
    release: '20261124T101500Z-aaaaaaaa',
    artifact,
    facts: makeFacts({
      nginx: makeNginx(makeServer('words.example.test', [port(9999)])),
      app: {
        kind: 'symlink',
        realPath: '/srv/words.belay/releases/R/tree',
        parentWritable: true,
        active: 'R',
        releases: [{ release: 'R', outcome: 'active', digest: artifact, when: '' }],
        fence: null,
        activeFiles: {
          start: sha256(startScript(launch)),
          environment: sha256(environmentFile(launch)),
          unit: sha256(unitFile(launch)),
        },
      },
      listeners: [makeListener(9999, [10])],
      processes: [makeProcess(10, 'gunicorn app:app', { cgroup: '/system.slice/belay-words.service' })],
      units: [makeUnit('belay-words.service', '/bin/sh /srv/words.belay/releases/R/start', { mainPid: 10 })],
    }),
    baseline: [],
    findings: [],
  };
}

const before = 'b'.repeat(40);
const commits = [`${'c'.repeat(40)} Count faster`, `${before} Count words`];
const artifacts = { manifest: () => Promise.resolve({ digest: artifact, entries: [], commits }) };
const make = (app: Partial<App> = {}) => plan({ artifacts } as unknown as Dependencies)(input(app));

it('gives a digest that another plan for the same has too, and one for something else has not', async () => {
  const [first, second, other] = await Promise.all([make(), make(), make({ run: 'node server.js' })]);
  expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(second.digest).toBe(first.digest);
  expect(other.digest).not.toBe(first.digest);
});

it('is unchanged until belay.yml would start the same source in another way', async () => {
  expect((await make()).unchanged).toBe(true);
  expect((await make({ env: { LOG_LEVEL: 'debug' } })).unchanged).toBe(false);
  expect((await make({ run: 'gunicorn -w 8 -b {bind} app:app' })).unchanged).toBe(false);
  expect((await make({ user: 'nobody' })).unchanged).toBe(false);
  expect((await make({ envFile: '/etc/words.env' })).unchanged).toBe(false);
});

it('tells the commits since the active release, which are no part of what is approved', async () => {
  const known = input();
  Object.assign(known.facts.app.releases[0] ?? {}, { commit: before });
  const told = await plan({ artifacts } as unknown as Dependencies)(known);
  expect(told.commits).toEqual(['ccccccc Count faster']);
  const { digest, commits: none } = await make();
  expect(none).toBeUndefined();
  expect(told.digest).toBe(digest);
});

it('is blocked where belay.yml wants a browser that is not there', async () => {
  const verify = { internal: ['/'], external: [], browser: [{ url: 'https://words.example.test/' }] };
  vi.stubEnv('BELAY_CHROMIUM', '/nowhere/chromium');
  try {
    const found = (await make({ verify })).findings.find(({ id }) => id === 'app.no-browser');
    expect(found).toMatchObject({
      severity: 'block',
      evidence: 'BELAY_CHROMIUM is /nowhere/chromium, which is no program',
    });
    expect((await make()).findings.map(({ id }) => id)).not.toContain('app.no-browser');
  } finally {
    vi.unstubAllEnvs();
  }
});
