import { test, vi } from 'vitest';
import { DoorHost } from './door-host.js';
vi.mock('../../src/host/scripts.js', () => import('./op-texts.js'));
test('measure', async () => {
  const host = new DoorHost(); await host.draw();
  const n = Number(process.env.N); const what = process.env.WHAT;
  for (let i = 0; i < n; i++) { if (what === 'plain') await host.session.runText('true', [], { timeoutMs: 50000 }); else await host.op('true', { op: `q${i}` }); }
  host.remove();
}, 600000);
