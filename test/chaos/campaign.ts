import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Host } from './combinations.js';
import { Draw } from './draw.js';
import { Results, type TrialRecord } from './results.js';
import type { Result, Trial } from './trial.js';

export interface CampaignOptions {
  /** How many there are to be in the end, those of the results file included. */
  trials: number;
  seed: number;
  /** How many run at a time, each in a process of its own. */
  streams: number;
  /** Where results are kept, and found again by a run that goes on. */
  results?: string | undefined;
  /** Only this trial of the seed. */
  only?: number | undefined;
}

/** What a stream's process says: it wants a trial for this host, or has had one. */
export type FromStream = { wants: Host } | { had: { trial: Trial; host: Host; result: Result } };
/** What it is told: a trial, or that there are no more. */
export interface ToStream {
  trial: Trial | undefined;
}

/**
 * Runs trials in several streams side by side, prints each one, what was wrong, and the count over the whole results
 * file; on SIGINT and SIGTERM too, after every stream has cleared its world away.
 * @returns whether nothing was wrong
 */
export async function runCampaign({ trials, seed, streams, results: file, only }: CampaignOptions) {
  const results = new Results(file);
  const draw = new Draw(seed, results.had(seed));
  const commit = await commitOf();
  const temporary = await mkdtemp(join(tmpdir(), 'belay-chaos-'));
  let asked = results.records.length;
  let stopping = false;

  const next = (host: Host): Trial | undefined => {
    if (stopping || asked >= trials) return undefined;
    asked += 1;
    return only === undefined ? draw.next(host) : draw.numbered(only);
  };
  const run = (name: string) =>
    new Promise<number>((resolve) => {
      const env = { ...process.env, TMPDIR: temporary, BELAY_CHAOS_EVIDENCE: file && `${file}.evidence` };
      const child = fork(fileURLToPath(new URL('../../scripts/chaos-stream.mjs', import.meta.url)), {
        env,
        // JSON knows no NaN.
        serialization: 'advanced',
      });
      children.add(child);
      child.on('message', (said: FromStream) => {
        if ('wants' in said) child.send({ trial: next(said.wants) } satisfies ToStream);
        else {
          const { trial, host, result } = said.had;
          const record = { seed, ...trial, host, ...result, commit, ended: new Date().toISOString() };
          results.add(record);
          print(name, record);
        }
      });
      child.on('exit', (code) => {
        children.delete(child);
        resolve(code ?? 1);
      });
    });
  const children = new Set<ChildProcess>();
  const stop = () => {
    stopping = true;
    for (const child of children) child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

  const codes = await Promise.all(Array.from({ length: streams }, (_, n) => run(String(n + 1))));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  console.log(`\n${results.summary()}`);
  const whole = codes.every((code) => code === 0);
  // Where a stream died, what is needed to end its servers by hand is there.
  if (whole) await rm(temporary, { recursive: true, force: true });
  else console.log(`a stream ended before its time; its state folder is in ${temporary}`);
  return results.bad === 0 && whole;
}

async function commitOf(): Promise<string> {
  const { stdout } = await execa('git', ['describe', '--always', '--dirty', '--exclude=*'], {
    reject: false,
  });
  return stdout || 'unknown';
}

function print(stream: string, record: TrialRecord): void {
  const { number, version, step, moment, fault, host, outcome, met, violations } = record;
  const aimed = `${moment} of ${step}`;
  const hit = met.length > 0 ? met.join(', ') : 'nothing';
  const verdict = violations.length === 0 ? 'ok' : 'VIOLATED';
  const where = `${host.settled ? 'settled' : 'new'} host${host.smallDisk ? ' with a small disk' : ''}`;
  console.log(
    `${verdict.padEnd(8)} ${stream}: trial ${number}: ${version}, ${fault}, ${aimed} (met ${hit}), ${where}: ${outcome}, ` +
      `${record.seconds.toFixed(0)} s, ${record.outageSeconds.toFixed(1)} s without the site`,
  );
  if (violations.length === 0) return;
  for (const violation of violations) console.log(`  ! ${violation.replaceAll('\n', '\n    ')}`);
  if (record.cause !== null) console.log(`  cause: ${record.cause.replaceAll('\n', '\n    ')}`);
}
