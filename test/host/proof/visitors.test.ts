import { describe, expect, it } from 'vitest';
import { failingOf } from '../../../src/host/proof/visitors.js';

const at = (seconds: number) => 1_790_000_000_000 + seconds * 1000;

describe('what visitors saw while a release was changed', () => {
  it('is each time from the first failed answer to the next good one', () => {
    const output = [
      'keeper is as it was',
      `visitor ${at(0)} good`,
      `visitor ${at(2)} failed`,
      `visitor ${at(3.5)} good`,
      `visitor ${at(9)} failed`,
      `visitor ${at(10)} good`,
    ].join('\n');
    expect(failingOf(output)).toEqual([
      { from: at(2), to: at(3.5) },
      { from: at(9), to: at(10) },
    ]);
  });

  it('is no failure at all where every answer was good', () => {
    expect(failingOf(`visitor ${at(0)} good`)).toEqual([]);
  });

  it('goes on where no good answer followed, also after a start of the host in the middle', () => {
    const lines = [`visitor ${at(0)} good`, `visitor ${at(1)} failed`, `visitor ${at(1)} failed`];
    expect(failingOf(lines.join('\n'))).toEqual([{ from: at(1), to: null }]);
  });

  it('is not known where nobody asked, and where the page had failed before', () => {
    expect(failingOf('disarmed')).toBeUndefined();
    expect(failingOf(`visitor ${at(0)} failed\nvisitor ${at(1)} good`)).toBeUndefined();
  });
});
