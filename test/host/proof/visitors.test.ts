import { describe, expect, it } from 'vitest';
import { outagesFrom } from '../../../src/domain/runbook/outages.js';
import { failingOf } from '../../../src/host/proof/visitors.js';

const at = (seconds: number) => 1_790_000_000_000 + seconds * 1000;

/** As the host tells it. */
const told = (...answers: [number, 'g' | 'f', number?][]) =>
  `visitors ${at(0)}${answers.map(([seconds, answer, page = 1]) => ` ${seconds * 1000}${answer}${page}`).join('')}`;

describe('what visitors saw while a release was changed', () => {
  it('is each time from the first failed answer to the next good one', () => {
    const answers = told([0, 'g'], [2, 'f'], [3.5, 'g'], [9, 'f'], [10, 'g']);
    const output = `keeper is as it was\n${answers}\n`;
    expect(failingOf(output, [])).toEqual([
      { from: at(2), to: at(3.5) },
      { from: at(9), to: at(10) },
    ]);
  });

  it('is no failure at all where every answer was good', () => {
    expect(failingOf(told([0, 'g']), [])).toEqual([]);
  });

  it('goes on where no good answer followed, also after a start of the host in the middle', () => {
    const answers = told([0, 'g'], [1, 'f'], [1, 'f']);
    expect(failingOf(answers, [])).toEqual([{ from: at(1), to: null }]);
  });

  it('is not known where nobody asked, and where the page had failed before', () => {
    expect(failingOf('disarmed', [])).toBeUndefined();
    expect(failingOf(told([0, 'f'], [1, 'g']), [])).toBeUndefined();
  });

  it('is of each page for itself; one that failed from the first on alone tells nothing', () => {
    const output = told(
      [0, 'g', 1],
      [0, 'f', 2],
      [0, 'g', 3],
      [1, 'f', 3],
      [1.1, 'f', 1],
      [1.2, 'f', 4],
      [3, 'g', 1],
      [3.1, 'g', 4],
      [7, 'g', 3],
      [9, 'f', 3],
    );
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
