import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect, uiLink } from '../../src/temporal/connect.js';
import { identify } from '../../src/temporal/process-id.js';
import { service } from '../../src/temporal/service.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-'));
  for (const name of Object.keys(process.env))
    if (/^(BELAY|TEMPORAL)_/.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('BELAY_STATE_DIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('where nothing runs there is no service, and connecting says how to start one', async () => {
  expect(service()).toBeUndefined();
  expect(uiLink('belay/words/production/web1')).toBeUndefined();
  await expect(connect()).rejects.toThrow('start it: belay up');
});

test('the embedded server is the service while its process lives', async () => {
  const record = { ...identify(process.pid), address: '127.0.0.1:7299', ui: 'http://127.0.0.1:8299' };
  await writeFile(join(folder, 'temporal.json'), JSON.stringify(record));
  expect(service()).toMatchObject({ kind: 'embedded', address: '127.0.0.1:7299', namespace: 'default' });
  expect(uiLink('belay/words/production/web1', 'run-1')).toBe(
    'http://127.0.0.1:8299/namespaces/default/workflows/belay%2Fwords%2Fproduction%2Fweb1/run-1',
  );
  await writeFile(join(folder, 'temporal.json'), JSON.stringify({ ...record, started: 'before' }));
  expect(service()).toBeUndefined();
});

test('TEMPORAL_ADDRESS names another service, whose UI only BELAY_UI_URL knows', () => {
  vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.example.test:7233');
  vi.stubEnv('TEMPORAL_NAMESPACE', 'deployments');
  expect(service()).toMatchObject({
    kind: 'external',
    address: 'temporal.example.test:7233',
    namespace: 'deployments',
  });
  expect(uiLink('w')).toBeUndefined();
  vi.stubEnv('BELAY_UI_URL', 'https://ui.example.test/');
  expect(uiLink('w')).toBe('https://ui.example.test/namespaces/deployments/workflows/w');
});

test('a profile names another service, and one that is not there is an error that names it', async () => {
  const file = join(folder, 'temporal.toml');
  await writeFile(file, '[profile.prod]\naddress = "prod.example.test:7233"\nnamespace = "ops"\n');
  vi.stubEnv('TEMPORAL_CONFIG_FILE', file);
  vi.stubEnv('TEMPORAL_PROFILE', 'prod');
  expect(service()).toMatchObject({ kind: 'external', address: 'prod.example.test:7233', namespace: 'ops' });
  vi.stubEnv('TEMPORAL_PROFILE', 'staging');
  expect(() => service()).toThrow(/TEMPORAL_PROFILE=staging.*is not clear/);
});

test('a service that does not answer is an error that says where it was looked for', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  await expect(connect()).rejects.toThrow(
    /Temporal at 127.0.0.1:1 \(from TEMPORAL_ADDRESS=127.0.0.1:1\) does not answer: .+/,
  );
}, 20_000);
