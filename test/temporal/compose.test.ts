import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { onPath } from '../../src/temporal/cli/run-tool.js';

interface Compose {
  services: Record<
    string,
    {
      image?: string;
      ports?: (string | { host_ip?: string })[];
      healthcheck?: unknown;
      volumes?: (string | { type: string; source: string; target: string; read_only?: boolean })[];
    }
  >;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const compose = onPath('docker-compose');
const config = (env: NodeJS.ProcessEnv) =>
  execFileSync(compose ?? '', ['config'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: '/home/someone', ...env },
    stdio: 'pipe',
  });

test.skipIf(!compose)(
  'docker-compose.yml is valid: fixed versions, nothing beyond the loopback address',
  () => {
    const { services } = parse(config({ POSTGRES_PASSWORD: 'secret' }).toString()) as Compose;
    expect(Object.keys(services).sort()).toEqual(['postgres', 'temporal', 'ui', 'worker']);
    for (const [name, { image, ports = [] }] of Object.entries(services)) {
      // Of the Web UI no digest was to be had from more than one place.
      if (name !== 'worker')
        expect(image).toMatch(name === 'ui' ? /:\d+\.\d+\.\d+$/ : /:\d+\.\d+(\.\d+)?@sha256:[0-9a-f]{64}$/);
      for (const port of ports) expect(JSON.stringify(port)).toContain('127.0.0.1');
    }
    expect(services['postgres']?.healthcheck).toBeDefined();
    expect(services['temporal']?.healthcheck).toBeDefined();
  },
);

test.skipIf(!compose)(
  'without a password for the database it is refused, and says which variable to set',
  () => {
    expect(() => config({})).toThrow(/set POSTGRES_PASSWORD to a password of your choice/);
  },
);

test.skipIf(!compose)(
  'the worker gets the key that it is to use, not all of ~/.ssh, and cannot change it',
  () => {
    const { services } = parse(
      config({ POSTGRES_PASSWORD: 'secret', BELAY_SSH_KEY: 'deploy' }).toString(),
    ) as Compose;
    const mounts = (services['worker']?.volumes ?? []).filter((volume) =>
      JSON.stringify(volume).includes('.ssh'),
    );
    expect(mounts).toEqual(
      ['deploy', 'config', 'known_hosts'].map((file) => ({
        type: 'bind',
        source: `/home/someone/.ssh/${file}`,
        target: `/home/node/.ssh/${file}`,
        read_only: true,
      })),
    );
  },
);

test('images that ours are built on are named by digest, and their Node is one that is maintained', async () => {
  for (const file of ['Dockerfile', 'sandbox/Dockerfile']) {
    const bases = [...(await readFile(join(root, file), 'utf8')).matchAll(/^FROM (\S+)/gm)].map(
      ([, base]) => base,
    );
    expect(bases).toHaveLength(2);
    for (const base of bases)
      expect(base, file).toMatch(
        /^(node:24\.\d+\.\d+|debian:bookworm-\d{8})(-bookworm)?-slim@sha256:[0-9a-f]{64}$/,
      );
  }
});
