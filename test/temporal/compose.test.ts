import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { onPath } from '../../src/temporal/run-tool.js';

interface Compose {
  services: Record<
    string,
    { image?: string; ports?: (string | { host_ip?: string })[]; healthcheck?: unknown }
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
      if (name !== 'worker') expect(image).toMatch(/:\d+\.\d+/);
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
