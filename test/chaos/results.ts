import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { combinations, type Combination, type Host } from './combinations.js';
import type { Result, Trial } from './trial.js';

/** A trial as a line of the results file. */
export interface TrialRecord extends Trial, Result {
  seed: number;
  /** Which of the project's commits was tried, `-dirty` where files differ from it. */
  commit: string;
  host: Host;
  /** ISO 8601 */
  ended: string;
}

/** The trials had so far; with a file, that file's before, and each is written to it at once. */
export class Results {
  readonly records: TrialRecord[] = [];

  /** @param file JSON lines; a last line that was cut off is taken out */
  constructor(private readonly file?: string) {
    if (file === undefined || !existsSync(file)) return;
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    truncateSync(file, Buffer.byteLength(whole));
    for (const line of whole.split('\n').filter(Boolean)) this.records.push(JSON.parse(line) as TrialRecord);
  }

  add(record: TrialRecord): void {
    this.records.push(record);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(record)}\n`);
  }

  /** Numbers of a seed's trials. */
  had(seed: number): Set<number> {
    return new Set(this.records.filter((record) => record.seed === seed).map(({ number }) => number));
  }

  get bad(): number {
    return this.records.filter(({ violations }) => violations.length > 0).length;
  }

  /** The kinds, the combinations, and the count, by commit and over all. */
  summary(): string {
    const { records } = this;
    const all = combinations();
    const keys = new Set(all.map(key));
    const tried = new Set(records.map(key).filter((each) => keys.has(each)));
    const met = new Set(
      records
        .filter((record) => record.met.includes(record.step))
        .map(key)
        .filter((each) => keys.has(each)),
    );
    return [
      `by fault: ${tally(records.map(({ fault }) => fault))}`,
      `by outcome: ${tally(records.map(({ outcome }) => outcome ?? 'none'))}`,
      `of ${all.length} combinations of fault, step, moment and version: ${tried.size} tried, ${met.size} met`,
      ...[...new Set(records.map(({ commit }) => commit))].map((commit) =>
        count(
          `commit ${commit}: `,
          records.filter((record) => record.commit === commit),
        ),
      ),
      count('', records),
    ].join('\n');
  }
}

function key({ version, step, moment, fault }: Combination): string {
  return [version, step, moment, fault].join(' | ');
}

function tally(names: readonly string[]): string {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${n} × ${name}`)
    .join(', ');
}

function count(what: string, records: readonly TrialRecord[]): string {
  const bad = records.filter(({ violations }) => violations.length > 0).length;
  return `${what}${records.length} trials, ${bad} with violations`;
}
