import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideBind } from '../../src/domain/nginx/bind/bind.js';
import type { Facts, Listener } from '../../src/domain/facts/facts.js';
import { makeApp } from '../domain/make-app.js';
import { makeFacts, makeProcess } from '../domain/make-facts.js';
import { startBackends, type Backends } from './backends.js';
import type { SiteCase } from './cases.js';
import { more } from './cases-more.js';
import { reported } from './cases-reported.js';
import { hasNginx, startNginx } from './real-nginx.js';

const own = `127.${128 + (process.pid & 63)}.255`;
const names = ['app', 'blog', 'third', 'socket'] as const;
const ports = { app: 9101, blog: 9102, third: 9103 };

describe.skipIf(!hasNginx())('what people set up (skipped: nginx is not installed)', () => {
  let folder: string;
  let backends: Backends;
  const addressOf = (number: number) =>
    number === 4 ? join(folder, 'app.sock') : `${own}.1:${9100 + number}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'belay-cases-'));
    mkdirSync(join(folder, 'root'));
    writeFileSync(join(folder, 'root/there.html'), 'there');
    backends = await startBackends(names.length, addressOf);
  });
  afterAll(async () => {
    await backends.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([...reported, ...more].map((one) => [one.what, one] as const))('%s', async (_what, one) => {
    const nginx = await startNginx(folder, written(one, folder, addressOf));
    try {
      if (one.asked !== undefined) {
        const { name = 'words.example.test', path = '/', to } = one.asked;
        backends.asked();
        await nginx.ask({ name, address: `${own}.2`, port: 8099, path });
        expect(backends.asked().map((number) => names[number - 1])).toEqual([to]);
      }
      const app = makeApp({
        port: one.port === undefined ? 'auto' : one.port === 'app' ? ports.app : 3999,
        ...(one.site === undefined ? {} : { site: one.site }),
        ...(one.external === undefined
          ? {}
          : { verify: { internal: ['/'], external: [{ at: one.external }] } }),
      });
      const { bind, findings } = decideBind(factsOf(one, folder, nginx.facts), app, 'web1');
      const blocks = findings.filter(({ severity }) => severity === 'block').map(({ id }) => id);
      const said = bind === null ? blocks[0] : bind.kind === 'socket' ? 'socket' : nameOf(bind.port);
      expect(said, JSON.stringify(findings)).toBe(one.right);
    } finally {
      await nginx.end();
    }
  });
});

function nameOf(port: number): string {
  return Object.entries(ports).find(([, one]) => one === port)?.[0] ?? String(port);
}

function written({ http }: SiteCase, folder: string, addressOf: (number: number) => string): string {
  return http
    .replaceAll('%L', `${own}.2:8099`)
    .replaceAll('%WP', String(ports.app))
    .replaceAll('%H', `${own}.1`)
    .replaceAll('%W', addressOf(1))
    .replaceAll('%BP', String(ports.blog))
    .replaceAll('%B', addressOf(2))
    .replaceAll('%C', addressOf(3))
    .replaceAll('%S', addressOf(4))
    .replaceAll('%R', join(folder, 'root'));
}

/** The host as it would be: the app works in its folder, the others in theirs. */
function factsOf({ down = [] }: SiteCase, folder: string, nginx: Facts['nginx']): Facts {
  const up = (['app', 'blog', 'third'] as const).filter((name) => !down.includes(name));
  const pids = { app: 7, blog: 8, third: 9 };
  return makeFacts({
    nginx,
    listeners: [
      ...up.map((name): Listener => ({
        protocol: 'tcp',
        address: `${own}.1`,
        port: ports[name],
        pids: [pids[name]],
      })),
      ...(down.includes('app')
        ? []
        : [
            {
              protocol: 'unix' as const,
              address: '',
              port: 0,
              path: join(folder, 'app.sock'),
              pids: [pids.app],
            },
          ]),
    ],
    processes: up.map((name) =>
      makeProcess(pids[name], 'gunicorn app:app', { cwd: name === 'app' ? '/srv/words' : `/srv/${name}` }),
    ),
  });
}
