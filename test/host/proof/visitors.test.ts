import { describe, expect, it } from 'vitest';
import { outagesFrom } from '../../../src/domain/runbook/outages.js';
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
    expect(failingOf(output, [])).toEqual([
      { from: at(2), to: at(3.5) },
      { from: at(9), to: at(10) },
    ]);
  });

  it('is no failure at all where every answer was good', () => {
    expect(failingOf(`visitor ${at(0)} good`, [])).toEqual([]);
  });

  it('goes on where no good answer followed, also after a start of the host in the middle', () => {
    const lines = [`visitor ${at(0)} good`, `visitor ${at(1)} failed`, `visitor ${at(1)} failed`];
    expect(failingOf(lines.join('\n'), [])).toEqual([{ from: at(1), to: null }]);
  });

  it('is not known where nobody asked, and where the page had failed before', () => {
    expect(failingOf('disarmed', [])).toBeUndefined();
    expect(failingOf(`visitor ${at(0)} failed\nvisitor ${at(1)} good`, [])).toBeUndefined();
  });

  it('is of each page for itself; one that failed from the first on alone tells nothing', () => {
    const output = [
      `visitor ${at(0)} good 1`,
      `visitor ${at(0)} failed 2`,
      `visitor ${at(0)} good 3`,
      `visitor ${at(1)} failed 3`,
      `visitor ${at(1.1)} failed 1`,
      `visitor ${at(1.2)} failed 4`,
      `visitor ${at(3)} good 1`,
      `visitor ${at(3.1)} good 4`,
      `visitor ${at(7)} good 3`,
      `visitor ${at(9)} failed 3`,
    ].join('\n');
    const failing = failingOf(output, ['/', '/old', '/shop', '/new']) ?? [];
    expect(failing).toEqual([
      { page: '/shop', from: at(1), to: at(7) },
      { page: '/', from: at(1.1), to: at(3) },
      { page: '/new', from: at(1.2), to: at(3.1) },
      { page: '/shop', from: at(9), to: null },
    ]);
    expect(outagesFrom(failing, at(9.5))).toEqual([
      {
        from: at(1),
        to: at(7),
        pages: [
          { page: '/shop', from: at(1), to: at(7) },
          { page: '/', from: at(1.1), to: at(3) },
          { page: '/new', from: at(1.2), to: at(3.1) },
        ],
      },
      { from: at(9), to: at(9.5), pages: [{ page: '/shop', from: at(9), to: at(9.5) }] },
    ]);
  });
});
