import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sideBySide } from '../../../src/activities/proof/side-by-side.js';

const never = new AbortController().signal;
const fails = (why: string, afterMs: number) => async (signal: AbortSignal) => {
  await sleep(afterMs, undefined, { signal });
  throw new Error(why);
};

it('gives the evidence in the order of the layers', async () => {
  const layers = [async () => (await sleep(30), ['inner']), () => Promise.resolve(['outer'])];
  expect(await sideBySide(layers, never)).toEqual(['inner', 'outer']);
});

it('tells of the innermost that fails, also where an outer one fails before it', async () => {
  await expect(sideBySide([fails('the app', 50), fails('nginx', 1)], never)).rejects.toThrow('the app');
});

it('does not wait for an outer one where an inner one failed', async () => {
  await expect(sideBySide([fails('the app', 1), fails('nginx', 600_000)], never)).rejects.toThrow('the app');
});
