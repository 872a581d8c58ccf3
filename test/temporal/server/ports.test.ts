import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { choosePorts, holderText, isFree } from '../../../src/temporal/server/ports.js';
import { closed } from '../../closed.js';

let squatter: Server;
let taken: number;
beforeEach(async () => {
  vi.stubEnv('BELAY_TEMPORAL_PORT', undefined);
  vi.stubEnv('BELAY_UI_PORT', undefined);
  squatter = createServer().listen(0, '0.0.0.0');
  await once(squatter, 'listening');
  taken = (squatter.address() as AddressInfo).port;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await closed(squatter);
});

test('a port that any address listens on is not free, and its holder is named', async () => {
  expect(await isFree(taken)).toBe(false);
  expect(await holderText(taken)).toContain(`(pid ${process.pid})`);
});

test('last time’s ports are taken again where they are free, others where they are not', async () => {
  const { port, uiPort } = await choosePorts(undefined);
  expect(uiPort - port).toBe(1000);
  expect(await choosePorts({ port, uiPort })).toEqual({ port, uiPort });
  expect((await choosePorts({ port: taken, uiPort })).port).not.toBe(taken);
});

test('a port that is set is taken, or is an error that says who holds it', async () => {
  vi.stubEnv('BELAY_UI_PORT', String(taken));
  await expect(choosePorts(undefined)).rejects.toThrow(`port ${taken}, set by BELAY_UI_PORT, is held by `);
  await closed(squatter);
  expect((await choosePorts(undefined)).uiPort).toBe(taken);
  vi.stubEnv('BELAY_UI_PORT', '80a');
  await expect(choosePorts(undefined)).rejects.toThrow(
    'BELAY_UI_PORT must be a port from 1 to 65535, not “80a”',
  );
});
