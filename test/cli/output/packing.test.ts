import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { paints } from '../../../src/cli/terminal/paint.js';
import { packingProgress } from '../../../src/cli/output/packing.js';

const colors = paints(false);
let written = '';
const write = (text: string) => void (written += text);
const progress = (isTTY: boolean) =>
  packingProgress({
    stderr: write,
    raw: { stdout: write, stderr: write },
    isTTY,
    colors: { stdout: colors, stderr: colors },
    size: () => ({ columns: 80, rows: 24 }),
  });

beforeEach(() => {
  written = '';
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it('says nothing of what takes less than a second', () => {
  const packing = progress(true);
  packing.counting('read')(3, 3);
  vi.advanceTimersByTime(900);
  packing.end();
  vi.advanceTimersByTime(10_000);
  expect(written).toBe('');
});

it('draws one line on a terminal again and again, and takes it away', () => {
  const packing = progress(true);
  packing.counting('read')(812, 2000);
  vi.advanceTimersByTime(1000);
  expect(written).toBe('packing: read 812 of 2000 files');
  packing.counting('kept')(5, 2000);
  vi.advanceTimersByTime(100);
  expect(written).toMatch(/\r\p{Cc}\[Jpacking: kept 5 of 2000 files$/u);
  packing.end();
  expect(written).toMatch(/files\r\p{Cc}\[J$/u);
});

it('writes a line every five seconds elsewhere, also where small files leave a timer no turn', () => {
  const packing = progress(false);
  const count = packing.counting('read');
  const began = performance.now();
  const now = vi.spyOn(performance, 'now');
  for (let done = 1; done <= 120; done += 1) {
    now.mockReturnValue(began + done * 100);
    count(done, 120);
  }
  now.mockRestore();
  packing.end();
  const told = [10, 60, 110].map((done) => `packing: read ${done} of 120 files\n`);
  expect(written).toBe(told.join(''));
});
