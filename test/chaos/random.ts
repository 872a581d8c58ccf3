import { moments, type Moment } from './aim.js';
import { faults, type Fault, type FaultName } from './faults.js';
import { attempt, type Result, type Trial } from './trial.js';
import { World } from './world.js';

const forward = [
  'inspect',
  'compare',
  'upload',
  'checkStaged',
  'plan',
  'claim',
  'backUp',
  'rehearse',
  'quiesce',
  'stop',
];
const late = ['activate', 'start', 'verify', 'soak', 'commit', 'settle'];
const back = [
  'takeBack',
  'stopNew',
  'restoreFiles',
  'restoreTopology',
  'startOld',
  'verifyOld',
  'unstage',
  'settle',
];
/** After so many trials the host is a new one, as before its first deployment. */
const perHost = 6;

/**
 * Runs trials drawn at random, and prints each one, what was wrong, and the count.
 * @param seed of which each trial's own seed is made
 * @returns whether nothing was wrong
 */
export async function runTrials(count: number, seed: number): Promise<boolean> {
  const tally = new Map<string, number>();
  let bad = 0;
  let world = await World.create();
  try {
    for (let n = 0; n < count; n++) {
      if (n > 0 && n % perHost === 0) await world.newServer();
      if (n % perHost === 0 && (n / perHost) % 2 === 1) await world.smallDisk();
      const trial = draw(seed * 1000 + n, await hostOf(world));
      const result = await attempt(world, trial).catch(untold);
      print(seed * 1000 + n, trial, result);
      tally.set(trial.fault, (tally.get(trial.fault) ?? 0) + 1);
      if (result.violations.length === 0) continue;
      bad += 1;
      // What is wrong now would be found again by every trial that follows on this host.
      if (n + 1 < count) {
        await world.remove();
        world = await World.create();
      }
    }
  } finally {
    await world.remove();
  }
  console.log(`\n${[...tally].map(([fault, times]) => `${times} × ${fault}`).join(', ')}`);
  console.log(`${count} trials, ${bad} with violations`);
  return bad === 0;
}

/** A trial that could not even be looked at to its end. */
function untold(error: unknown): Result {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { outcome: null, cause: null, met: [], seconds: NaN, outageSeconds: NaN, violations: [why] };
}

/** What a fault may need of the host. */
interface Host {
  settled: boolean;
  smallDisk: boolean;
}

async function hostOf({ server }: World): Promise<Host> {
  const { stdout } = await server.exec(
    'test -L /srv/words && echo settled; mountpoint -q /srv && echo small',
  );
  return { settled: stdout.includes('settled'), smallDisk: stdout.includes('small') };
}

function fits({ settledHost, newHost, smallDisk }: Fault, host: Host): boolean {
  // A reboot would lose the small disk.
  const reboots = host.settled && !host.smallDisk;
  return !(settledHost && !reboots) && !(newHost && host.settled) && !(smallDisk && !host.smallDisk);
}

function draw(seed: number, host: Host): Trial {
  const random = generator(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const version = random() < 0.5 ? 'good' : 'failing';
  // A version that fails is not rehearsed, or it would fail there.
  const bad = [...forward.filter((step) => step !== 'rehearse'), 'activate', 'start', 'verify'];
  const steps = version === 'good' ? [...forward, ...late] : random() < 0.7 ? back : bad;
  const names = Object.keys(faults) as FaultName[];
  for (;;) {
    const name = pick(names);
    const fault: Fault = faults[name];
    const fitting = steps.filter((step) => fault.steps?.includes(step) ?? true);
    if (fitting.length === 0 || !fits(fault, host)) continue;
    const moment = pick(Object.keys(moments) as Moment[]);
    return { version, step: pick(fitting), moment, fault: name, chance: random() };
  }
}

function print(seed: number, { version, step, moment, fault }: Trial, result: Result): void {
  const { outcome, met, seconds, outageSeconds, violations } = result;
  const aimed = `${moment} of ${step}`;
  const hit = met.length > 0 ? met.join(', ') : 'nothing';
  const verdict = violations.length === 0 ? 'ok' : 'VIOLATED';
  console.log(
    `${verdict.padEnd(8)} seed ${seed}  ${version}, ${fault}, ${aimed} (met ${hit}): ${outcome}, ${seconds.toFixed(0)} s, ` +
      `${outageSeconds.toFixed(1)} s without the site`,
  );
  if (violations.length === 0) return;
  for (const violation of violations) console.log(`  ! ${violation.replaceAll('\n', '\n    ')}`);
  if (result.cause !== null) console.log(`  cause: ${result.cause.replaceAll('\n', '\n    ')}`);
}

/** mulberry32 by Tommy Ettinger, public domain: numbers from 0 to 1 that a seed decides. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
