import { test, vi } from 'vitest';
import { DoorHost } from './door-host.js';
vi.mock('../../src/host/scripts.js', () => import('./op-texts.js'));
test('measure', async () => {
  const host = new DoorHost();
  await host.draw();
  const m = async (f: (i: number) => Promise<unknown>) => {
    const t: number[] = [];
    for (let i = 0; i < 60; i++) {
      const s = performance.now();
      await f(i);
      t.push(performance.now() - s);
    }
    t.sort((a, b) => a - b);
    return [t[3], t[30], t[57]].map((x) => x!.toFixed(1)).join(' ');
  };
  console.log('plain', await m(() => host.session.runText('true', [], { timeoutMs: 5000 })));
  console.log('change quiet', await m((i) => host.op('true', { op: `q${i}` })));
  console.log('change output+input', await m((i) => host.op('cat', { op: `o${i}`, input: 'x' })));
  console.log('found', await m((i) => host.op('true', { op: `q${i}` })));
  console.log('draw', await m(() => host.draw({ takeBack: true })));
  host.remove();
}, 60000);
