import { setTimeout as sleep } from 'node:timers/promises';
import { openTroubles } from '../../domain/health/health.js';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { duration, oneLine } from '../../history/text.js';
import { chooseApp, type AppOptions, type Chosen } from '../input/app.js';
import { HealthSchedule, type Watched } from '../temporal/health-schedule.js';
import { printJson, type Io } from '../terminal/io.js';
import type { Monitor } from '../output/schema.js';
import { withTemporal } from '../temporal/connection.js';
import { UserError } from '../terminal/user-error.js';

export interface MonitorOptions extends AppOptions {
  every?: string;
  json?: boolean;
}

const usualSeconds = 60;
const firstLookMs = 30_000;

/** `belay monitor`: the health watch of an app on, off, or how it stands. The exit code is 1 where it found something. */
export async function monitor(
  what: 'on' | 'off' | 'status',
  options: MonitorOptions,
  io: Io,
): Promise<number> {
  if (options.every !== undefined && what !== 'on')
    throw new UserError('--every goes with: belay monitor on');
  const every = secondsOf(options.every);
  const chosen = await chooseApp(options, io);
  return withTemporal(io, what === 'on' ? 'run' : 'read', async (client) => {
    const schedule = new HealthSchedule(client, chosen);
    if (what === 'off') return off(schedule, chosen, options, io);
    if (what === 'on') {
      const asked = await schedule.put(every ?? usualSeconds);
      return tell(await firstLook(schedule, asked), chosen, options, io);
    }
    return tell(await schedule.read(), chosen, options, io);
  });
}

async function off(
  schedule: HealthSchedule,
  chosen: Chosen,
  { json }: MonitorOptions,
  io: Io,
): Promise<number> {
  const was = await schedule.remove();
  if (json) printJson(io, monitorJson(null, chosen));
  else io.stdout(`${was ? 'the health watch is off' : 'there was no health watch'}: ${named(chosen)}\n`);
  return 0;
}

/** The watch after its first look, or as it is where that takes long. */
async function firstLook(schedule: HealthSchedule, askedAt: number): Promise<Watched | null> {
  const until = Date.now() + firstLookMs;
  for (;;) {
    const watched = await schedule.read();
    if (watched?.last?.askedAt === askedAt || Date.now() > until) return watched;
    await sleep(200);
  }
}

function tell(watched: Watched | null, chosen: Chosen, { json }: MonitorOptions, io: Io): number {
  if (json) printJson(io, monitorJson(watched, chosen));
  else io.stdout(`${(watched === null ? [nobody(chosen)] : lines(watched, chosen, io)).join('\n')}\n`);
  const good = watched !== null && watched.last?.verdict !== 'troubled' && !isLate(watched);
  return good ? 0 : exitCodes.failed;
}

/** Whether looks that should have been are not there: no worker runs, or Temporal was away. */
function isLate({ last, everySeconds, paused, running }: Watched): boolean {
  return !paused && !running && last !== null && Date.now() - last.lookedAt > (3 * everySeconds + 60) * 1000;
}

function nobody(chosen: Chosen): string {
  return `nobody watches ${named(chosen)}; begin with: belay monitor on -e ${chosen.app.environment}`;
}

function lines(watched: Watched, chosen: Chosen, io: Io): string[] {
  const { last, everySeconds, nextAt, paused, running } = watched;
  const colors = io.colors.stdout;
  const row = (name: string, value: string) => `  ${colors.dim(name.padEnd(9))} ${value}`;
  const ago = (at: number) => `${duration(Math.max(0, Date.now() - at) / 1000)} ago`;
  const next = paused ? 'paused in Temporal' : nextAt === null ? 'not known' : new Date(nextAt).toISOString();
  const rows = [row('looks', `every ${duration(everySeconds)}`), row('next', running ? 'now' : next)];
  if (last === null) return [`${named(chosen)}: no look yet`, ...rows];
  const tone = { healthy: colors.green, troubled: colors.red, deploying: colors.cyan, blind: colors.yellow }[
    last.verdict
  ];
  const open = openTroubles(last);
  const suspected = last.ailments.filter(({ told, bad }) => !told && bad > 0);
  return [
    `${named(chosen)}: ${tone(last.verdict)} since ${ago(last.since)}`,
    ...(last.why === undefined ? [] : [row('why', oneLine(last.why))]),
    ...open.map(({ kind, text, since }) =>
      row(kind, `${colors.red(oneLine(text))} ${colors.dim(`(${ago(since)})`)}`),
    ),
    ...suspected.map(({ text }) => row('seen once', colors.yellow(oneLine(text)))),
    ...last.untold.map((text) => row('untold', colors.yellow(oneLine(text)))),
    row('looked', ago(last.lookedAt)),
    ...(isLate(watched)
      ? [row('late', colors.yellow('looks are missing: does a worker run? belay up'))]
      : []),
    ...rows,
  ];
}

function monitorJson(watched: Watched | null, { app, reach }: Chosen): Monitor {
  const last = watched?.last ?? null;
  const iso = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
  return {
    app: app.name,
    environment: app.environment,
    host: reach.alias,
    watched: watched !== null,
    everySeconds: watched?.everySeconds ?? null,
    verdict: last?.verdict ?? null,
    why: last?.why ?? null,
    since: iso(last?.since),
    lookedAt: iso(last?.lookedAt),
    nextAt: iso(watched?.nextAt),
    troubles:
      last === null
        ? []
        : openTroubles(last).map(({ kind, text, since }) => ({ kind, text, since: iso(since) ?? '' })),
    untold: last?.untold ?? [],
  };
}

function named({ app, reach }: Chosen): string {
  return `${app.name} on ${reach.alias} (${app.environment})`;
}

/** `30s`, `1m`, `2h`, from 5 s to a day. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 0);
  if (seconds >= 5 && seconds <= 86_400) return seconds;
  throw new UserError(`--every: expected a time from 5s to 24h such as 1m, got ${text}`);
}
