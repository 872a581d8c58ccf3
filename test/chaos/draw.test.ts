import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary.js';
import { combinations, type Host } from './combinations.js';
import { Draw } from './draw.js';
import { Results, type TrialRecord } from './results.js';

const fresh: Host = { settled: false, smallDisk: false };
const settled: Host = { settled: true, smallDisk: false };
const small: Host = { settled: false, smallDisk: true };
const hosts = [fresh, settled, small, { settled: true, smallDisk: true }];
const key = ({ version, step, moment, fault }: ReturnType<typeof combinations>[number]) =>
  [version, step, moment, fault].join();

describe('trials drawn by a seed', () => {
  it('have every combination once before one comes again', () => {
    const draw = new Draw(1);
    const all = combinations();
    const drawn = new Set<string>();
    for (const host of hosts)
      for (let n = 0; n < all.length && drawn.size < all.length; n++) {
        const trial = draw.next(host);
        if (trial.number > all.length) break;
        drawn.add(key(trial));
      }
    expect(drawn.size).toBe(all.length);
  });

  it('are told again by their number', () => {
    const draw = new Draw(7);
    const trials = [fresh, settled, small].map((host) => draw.next(host));
    expect(trials.map(({ number }) => new Draw(7).numbered(number))).toEqual(trials);
    expect(new Draw(8).numbered(trials[0]?.number ?? 0)).not.toEqual(trials[0]);
  });

  it('fit the host: what only few hosts can have comes first there, and nowhere else', () => {
    const draw = new Draw(1);
    expect(draw.next(fresh)).toSatisfy(
      ({ fault, step }) => fault === "pm2's entry or cron's line fires" || step === 'quiesce',
    );
    expect(draw.next({ ...small, settled: true }).fault).toBe('disk full for 10 s');
    for (let n = 0; n < 200; n++) {
      const { fault, step } = draw.next(settled);
      expect(fault).not.toBe('disk full for 10 s');
      expect(step).not.toBe('quiesce');
    }
  });

  it('go on where a run was interrupted, and are counted over both', async () => {
    const file = join(await temporaryFolder('belay-results-'), 'results.jsonl');
    const draw = new Draw(3);
    const record = (violations: string[], seed = 3): TrialRecord => ({
      ...draw.next(settled),
      ...{ seed, violations, commit: 'abc', host: settled, ended: '', outcome: 'succeeded', cause: null },
      ...{ met: [], seconds: 1, outageSeconds: 0 },
    });
    const first = new Results(file);
    const done = record([]);
    first.add(done);
    first.add(record(['something'], 4));
    await writeFile(file, '{"number": 5, "se', { flag: 'a' });

    const again = new Results(file);
    expect(new Draw(3, again.had(3)).next(settled)).toEqual({ ...draw.numbered(done.number + 1) });
    expect(again.summary()).toContain('commit abc: 2 trials, 1 with violations\n2 trials, 1 with violations');
  });
});
