import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../src/cli/output/schema.js';
import { exitCodes, type OutcomeKind } from '../../src/domain/runbook/outcome.js';
import type { Answer } from '../../src/sandbox/load.js';
import { releaseFolder } from '../../src/domain/app/release.js';
import type { DeploymentView } from '../../src/history/view.js';
import { until } from '../../src/sandbox/wait.js';
import { readStatus, type ServerStatus } from '../incident/server-state.js';
import type { Called } from './command.js';
import type { Fault } from './faults.js';
import { readHostState, type HostState } from './host-state.js';
import { page, type Version, type World } from './world.js';

const path = '/srv/words';

/** Everything that can be seen before or after a trial. */
export interface Seen {
  status: ServerStatus;
  host: HostState;
  /** X-Words-Version of the page that visitors get; null where it does not answer with 200. */
  serves: string | null;
}

/** What became of a deployment, from every side that tells of it. */
export interface Ended {
  view: DeploymentView;
  /** `belay deploy`, which followed it. */
  followed: Called;
  status: Called & { outcome: Outcome };
  version: string;
  kind: Version;
  fault: Fault;
  /** What visitors asked for since it began, and did not get. */
  missed: readonly Answer[];
}

/** Looks at everything, once it is quiet. */
export async function look(world: World): Promise<Seen> {
  // pm2 is now and then just restarting its entry, and a keeper the app that was killed.
  const status = await until(
    async () => {
      const now = await readStatus(world.server);
      const runs = now.pm2.some((entry) => entry.status === 'online');
      const restarts = now.pm2.some((entry) => ['stopping', 'launching'].includes(entry.status));
      return now.app !== null && !restarts && (now.port3000 || !runs) ? now : undefined;
    },
    { deadlineMs: 15_000, everyMs: 500 },
  );
  const host = await readHostState(world.server);
  return { status: status ?? (await readStatus(world.server)), host, serves: await servedVersion(world) };
}

/** What holds after every deployment, whatever befell it. @returns what does not, a sentence each */
export function violations(before: Seen, after: Seen, ended: Ended): string[] {
  return [
    ...outcomeIsTrue(before, after, ended),
    ...everybodyAgrees(before, after, ended),
    ...(ended.view.outcome === 'succeeded'
      ? topologyAsPlanned(before, after, ended)
      : topologyAsBefore(before, after, ended)),
    ...nothingIsLeft(before, after),
    ...nobodyNoticed(ended),
  ];
}

/** What holds where only the host is left to tell of a deployment. @returns what does not, a sentence each */
export function violationsOfLost(before: Seen, after: Seen, fault: Fault): string[] {
  return [
    ...same('version that serves', after.serves, before.serves),
    ...same('link', after.host.link, before.host.link),
    ...same('state of owner', after.host.owner['state'] ?? 'free', 'free'),
    ...topologyAsBefore(before, after, { fault }),
    ...nothingIsLeft(before, after),
  ];
}

/** The version that visitors get; where the site does not answer at once it has five seconds. */
async function servedVersion({ server, load }: World): Promise<string | null> {
  const since = Date.now();
  for (;;) {
    const answers = load.result().answers.filter(({ asked }) => asked >= since);
    const good = answers.filter(({ status }) => status === 200).slice(-3);
    if (good.length === 3 && new Set(good.map(({ version }) => version)).size === 1)
      return good[0]?.version ?? '';
    if (Date.now() - since > 5_000) {
      console.log(`${page} on ${server.name}: ${JSON.stringify(answers.slice(-3))}`);
      return null;
    }
    await sleep(100);
  }
}

function outcomeIsTrue(before: Seen, after: Seen, { view, kind, fault, version }: Ended): string[] {
  const { outcome } = view;
  const usual: OutcomeKind = kind === 'good' ? 'succeeded' : 'rolled-back';
  const may = [usual, ...fault.mayEnd];
  const aborted = view.messages.some(({ kind: message, counted }) => message === 'abort' && counted);
  const wanted = outcome === 'succeeded' ? version : before.serves;
  return [
    ...(outcome !== null && may.includes(outcome)
      ? []
      : [`expected the outcome ${may.join(' or ')}, it is ${outcome}: ${view.cause}`]),
    ...(outcome === 'aborted' && !aborted ? ['the outcome is aborted, and no abort counted'] : []),
    ...(outcome !== 'aborted' && aborted ? [`an abort counted, and the outcome is ${outcome}`] : []),
    ...same('version that serves', after.serves, wanted),
    ...same('remains', view.result?.remains, []),
  ];
}

/** Exit codes, status, history, and what the host itself says. */
function everybodyAgrees(before: Seen, after: Seen, { view, followed, status }: Ended): string[] {
  const { outcome, release } = view;
  if (outcome === null || release === null) return ['history has no outcome'];
  const told = JSON.parse(followed.stdout || '{}') as Partial<Outcome>;
  const succeeded = outcome === 'succeeded';
  const { host } = after;
  const recorded = host.releases[release];
  return [
    ...same("belay deploy's exit code", followed.code, exitCodes[outcome]).map(
      (violation) => `${violation}\n${followed.stderr.slice(-2000)}`,
    ),
    ...same("belay deploy's outcome", told.outcome, outcome),
    ...same("belay status's exit code", status.code, exitCodes[outcome]),
    ...same("belay status's outcome", status.outcome.outcome, outcome),
    ...same('link', host.link, succeeded ? `${releaseFolder(path, release)}/tree` : before.host.link),
    ...same('release.json', recorded, succeeded ? 'active' : undefined),
    ...(succeeded ? [] : same('releases', host.releases, before.host.releases)),
    ...same('state of owner', host.owner['state'] ?? 'free', 'free'),
    ...journalAgrees(before, after, view),
  ];
}

/** What history calls done, the host has written down as done. */
function journalAgrees(before: Seen, after: Seen, { steps }: DeploymentView): string[] {
  const drawn = Number(before.host.owner['number'] ?? 0);
  const ops = Object.entries(after.host.journal)
    .filter(([number]) => Number(number) > drawn)
    .flatMap(([, entries]) => Object.entries(entries));
  const journaled = ['backUp', 'stop', 'activate', 'start', 'commit', 'restoreFiles', 'startOld', 'settle'];
  return steps
    .filter(({ name, status }) => journaled.includes(name) && status === 'done')
    .filter(({ name }) => !ops.some(([op, exit]) => op === name && exit === '0'))
    .map(
      ({ name }) => `history says that ${name} was done, the host's journal does not: ${JSON.stringify(ops)}`,
    );
}

function topologyAsPlanned(before: Seen, after: Seen, { view, fault }: Ended): string[] {
  const { status } = after;
  const inForce = (lines: string[]) => lines.filter((line) => !line.startsWith('#'));
  const kept = inForce(before.status.crontab).filter((line) => !line.includes(path));
  return [
    ...same('unit', status.unit, { enabled: 'enabled', active: 'active' }),
    ...same('BELAY_RELEASE of what listens', status.app?.env['BELAY_RELEASE'], view.release),
    ...same('user', status.app?.user, 'www-data'),
    // An entry that would start again by itself is taken out, another one is stopped.
    ...[...status.pm2, ...status.pm2Saved].flatMap((entry) =>
      same(`pm2's ${entry.name}`, entry.status, 'stopped'),
    ),
    ...same('words.service', status.words, { enabled: 'disabled', active: 'inactive' }),
    ...same('cron lines in force', inForce(status.crontab), kept),
    ...(fault.strays
      ? []
      : same('port 3000', status.port3000, before.status.unit.active === 'active' && before.status.port3000)),
    ...othersAsBefore(before, after, fault),
  ];
}

function topologyAsBefore(before: Seen, after: Seen, { fault }: Pick<Ended, 'fault'>): string[] {
  const [was, is] = [before.status, after.status];
  return [
    ...same('how the app runs', startedAs(is), startedAs(was)),
    ...same('unit', is.unit.active, was.unit.active),
    ...(was.unit.active === 'active' ? same('unit at boot', is.unit.enabled, was.unit.enabled) : []),
    ...(fault.restartsHost || fault.strays ? [] : same('pm2', is.pm2, was.pm2)),
    ...same('saved in pm2', is.pm2Saved, was.pm2Saved),
    ...same('crontab', is.crontab, was.crontab),
    ...same('words.service', is.words, was.words),
    ...same('files', { ...is.path, visits: 0 }, { ...was.path, visits: 0 }),
    ...(fault.strays || fault.restartsHost ? [] : same('port 3000', is.port3000, was.port3000)),
    ...othersAsBefore(before, after, fault),
  ];
}

/** The innocent site and nginx. A reboot starts them anew. */
function othersAsBefore({ status: was }: Seen, { status: is }: Seen, fault: Fault): string[] {
  const lasting = ({ other, nginx }: ServerStatus) =>
    fault.restartsHost ? [other.page, nginx.configuration] : [other, nginx];
  return same('nginx and the other site', lasting(is), lasting(was));
}

/**
 * In a detour no request fails but for what a faulty release itself answered, also where it fails at its own address and the old version
 * comes back; with a page of maintenance, that is what visitors get, and nothing else.
 */
function nobodyNoticed({ view, fault, missed, version }: Ended): string[] {
  const took = (step: string) => view.steps.some(({ name, status }) => name === step && status === 'done');
  const isShut = took('maintain');
  if (!(isShut || took('detour')) || fault.visitorsNotice === true) return [];
  return missed
    .filter(
      (answer) =>
        !(isShut && answer.status === 503) && !(answer.status !== null && answer.version === version),
    )
    .map(
      ({ asked, status, error = '' }) =>
        `visitors were to notice nothing, and got ${status} ${error} at ${asked}`,
    );
}

/** No process, lock, timer, mount or temporary file of belay's. */
function nothingIsLeft(before: Seen, after: Seen): string[] {
  const { host, status } = after;
  // pm2's daemon works in the folder in which somebody started it, which is an adopted one by now.
  const foreign = status.belay.filter((process) => !/gunicorn|PM2/.test(process));
  // What nobody kept lives, once the switch has started it again, where the switch did that.
  const putBack = /^run-\S+\.scope .* \S+\/way-back\/recover run /;
  const ours = (unit: string) =>
    unit.startsWith('belay-word-counter.service') ||
    (before.status.unit.active !== 'active' && putBack.test(unit));
  return [
    ...same('processes of belay', foreign, []),
    ...same('lock free', host.unlocked, true),
    ...same('temporary files', host.temporary, []),
    ...same(
      'units and timers',
      host.units.filter((unit) => !ours(unit)),
      [],
    ),
    ...same('mounts', [...new Set(host.mounts)].sort(), [...new Set(before.host.mounts)].sort()),
  ];
}

/** How what listens on nginx's port was started, without what each login or start gives anew. */
function startedAs({ app }: ServerStatus) {
  const anew =
    /^(_|SHLVL|PWD|OLDPWD|MOTD_SHOWN|SSH_.*|XDG_.*|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)$/;
  const env = Object.entries(app?.env ?? {}).filter(([name]) => !anew.test(name));
  return { argv: app?.argv, cwd: app?.cwd, user: app?.user, env: Object.fromEntries(env.sort()) };
}

function same(what: string, is: unknown, wanted: unknown): string[] {
  const [found, expected] = [text(is), text(wanted)];
  return found === expected ? [] : [`${what}: expected ${expected}, found ${found}`];
}

/** JSON with keys in order; of what is not there, "null". */
function text(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
