import type { App } from '../app/app.js';
import { pageText } from '../app/page.js';
import { externalPages, internalPages } from '../app/pages.js';
import type { Bind } from '../app/address.js';
import type { HostOnlyFile, Previous } from './plan.js';
import type { Served } from '../nginx/served/served.js';
import type { Strategy } from './strategy.js';
import type { KeptBefore } from '../facts/facts.js';
import type { OwnEntry, OwnProgram, OwnUnit, Pm2Home, Stop } from '../keepers/keeper.js';
import { hasProcess } from '../app/kind.js';
import { isAdopted } from '../app/release.js';
import { copyText } from '../keepers/own-unit-rehearsal.js';
import type { ReleaseKeeper } from '../keepers/kinds/kind.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import { stopKind } from '../keepers/kinds/of-group.js';

/** All that the sentences of a plan are made from. */
export interface Decided {
  app: App;
  release: string;
  bind: Bind | null;
  /** Of files alone. */
  served?: Served | null;
  user: string;
  pm2?: Pm2Home;
  unit?: OwnUnit | null;
  before?: KeptBefore;
  program?: OwnProgram | null;
  entry?: OwnEntry | null;
  /** What that unit's own files set, by name. */
  unitSettings?: readonly string[];
  /** The host cannot have a dead man's switch. */
  unarmed: boolean;
  unrehearsed?: string;
  previous: Previous;
  strategy: Strategy;
  maintenance?: string;
  stops: readonly Stop[];
  hostOnly: readonly HostOnlyFile[];
  /** Whether the release is one that the host has already: nothing is built. */
  isBack: boolean;
}

/** Said of `assets`, where there is a release before. */
export function carryTexts({ app: { assets = [] }, previous, release }: Decided): string[] {
  if (assets.length === 0 || previous.kind === 'none' || isAdopted(release)) return [];
  return [
    `Keep reachable, for pages that visitors still have open, what only the release before has in ${assets.join(', ')}`,
  ];
}

/** Said of the dead man's switch, where there is one. */
export function armTexts({ app, unarmed }: Pick<Decided, 'app' | 'unarmed'>): string[] {
  const { deadmanSeconds = 0 } = app;
  return unarmed || deadmanSeconds === 0
    ? []
    : [
        `Arm the dead man's switch: where the host does not hear of this deployment for ${deadmanSeconds} s, it takes the way back by itself`,
      ];
}

/** The steps that change the host, in the runbook's order, each as a sentence that a person can judge. */
export function planActions(decided: Decided): string[] {
  const { app, release, bind, pm2, unit, entry, previous, strategy, stops, hostOnly, isBack } = decided;
  const { unrehearsed, before, maintenance } = decided;
  const isDetour = strategy.takes === 'detour';
  const address = addressText(bind);
  const keeper = keeperOf(decided);
  const dependencies = hostOnly.filter(({ fate }) => fate === 'dependencies').map(({ path }) => path);
  return [
    ...(isBack ? [] : app.build.map((command) => `Build in the staged release: ${command}`)),
    ...(isBack ? [] : app.checks.host.map((command) => `Check in the staged release: ${command}`)),
    ...carryTexts(decided),
    `Keep for the way back: ${keptText(app, previous)}, and how everything that stops was started`,
    ...(maintenance === undefined
      ? []
      : [
          `Show visitors ${maintenance}, with 503 and Retry-After, until the new release is proved: nginx is led to a page of its own`,
        ]),
    ...app.hooks.release.map((command) =>
      hookText(command, maintenance === undefined && stops.some(isServing)),
    ),
    ...(app.strategy === undefined
      ? []
      : [strategyText(strategy, unit?.socket !== undefined, entry?.reloads === true)]),
    ...(app.rehearse && unrehearsed === undefined && !isDetour
      ? [
          `Rehearse: start release ${release} ${rehearsedBy(decided)}on a spare ${bind?.kind === 'socket' ? 'socket' : 'port of 127.0.0.1'}, GET ${internalPages(app).map(pageText).join(', ')}, stop it`,
        ]
      : []),
    ...armTexts(decided),
    ...(isDetour ? detourTexts(decided) : []),
    ...stops.filter(({ role }) => role === 'conflict').map(conflictText),
    ...app.hooks.before.map((command) => `Run before the stop: ${command}`),
    ...stops.filter(({ role }) => role === 'app').map(servingText),
    ...(previous.kind === 'adopt'
      ? app.shared.map((path) => `Move ${path} out of the adopted folder, to where every release shares it`)
      : []),
    ...(dependencies.length > 0 ? [`Keep dependencies beside the releases: ${dependencies.join(', ')}`] : []),
    activateText(app, release, previous),
    ...(pm2?.runs === false ? [`Start pm2’s daemon of ${pm2.user} (${pm2.home}), of which none runs`] : []),
    startText(decided, address),
    `Verify: ${verifyTexts(app, address).join(', ')}`,
    ...(isDetour
      ? [
          `Lead nginx back to ${address}, as it was; after ${app.drainSeconds ?? 0} s at most end what served meanwhile`,
        ]
      : []),
    ...(maintenance === undefined ? [] : [`Lead nginx back to ${address}, as it was`]),
    ...(app.soakSeconds > 0 && !isDetour ? [`Watch it for ${app.soakSeconds} s`] : []),
    ...app.hooks.after.map((command) => `Run after the proof: ${command}`),
    `Commit: ${before ? 'leave what keeps it as it was before belay' : keeper.commit}, keep the last ${app.keep} releases`,
  ];
}

function isServing({ role, active }: Stop): boolean {
  return role === 'app' && active;
}

/** @param isBeside the old version serves meanwhile */
function hookText(command: string, isBeside: boolean): string {
  const when = isBeside ? ' while the old version serves' : '';
  return `Run the release hook${when}, which a rollback does not undo: ${command}`;
}

/** `port 9999`, or a socket's path. */
export function addressText(bind: Bind | null): string {
  if (bind === null) return 'an unknown address';
  return bind.kind === 'port' ? `port ${bind.port}` : bind.path;
}

/** By what the release is started. */
export function startText(decided: Decided, address: string): string {
  const { app, release, user, unit, program, entry, before, isBack } = decided;
  const { label } = keeperOf(decided);
  if (before)
    return `Start release ${release} by what kept it before belay, as that was then: ${before.labels.join(', ')}`;
  if (unit) return ownStartText(release, address, unit);
  if (entry?.reloads)
    return `Reload ${label} as it is, one instance after another, so that release ${release} serves on ${address}`;
  if (program || entry) return `Start release ${release} on ${address}, by ${label} as it is`;
  const how =
    isBack && !isAdopted(release)
      ? `on ${address}, as it was started then`
      : `as ${user} on ${address}: ${app.run}`;
  return `Start release ${release} ${how} (${label})`;
}

/** What keeps the release. */
export function keeperOf({ app, pm2, unit, program, entry }: Decided): ReleaseKeeper {
  return releaseKeeper(app, {
    pm2,
    unit: unit ?? undefined,
    program: program ?? undefined,
    entry: entry ?? undefined,
  });
}

/** By what a release is rehearsed, where that is not `run` alone, with a blank behind it. */
function rehearsedBy({ app, unit, unitSettings, program, entry }: Decided): string {
  if (unit) return `${copyText(app.run, unit, unitSettings)} `;
  const own = program ?? entry;
  if (!own) return '';
  const label = program ? `supervisor program ${program.program}` : `pm2 entry ${entry?.entry ?? ''}`;
  return own.byItself
    ? `by the command and the variables of ${label} `
    : `by \`run\` with the variables of ${label} `;
}

/**
 * @param isHeld a socket unit holds requests while the app restarts
 * @param isReloaded other instances answer meanwhile
 */
function strategyText({ takes, why }: Strategy, isHeld: boolean, isReloaded: boolean): string {
  if (isReloaded)
    return `Reload the app, because ${why}: a request fails only where an instance that is told to end does not finish it`;
  if (takes === 'detour') return `Take a detour, because ${why}: no request is expected to fail`;
  return isHeld
    ? `Restart the app, because ${why}: no request is expected to fail`
    : `Restart the app, because ${why}: from its stop until the new release listens visitors get errors`;
}

function detourTexts({ app, release, bind }: Decided): string[] {
  const spare = `a spare ${bind?.kind === 'socket' ? 'socket' : 'port of 127.0.0.1'}`;
  return [
    `Start release ${release} beside the running version on ${spare}, GET ${internalPages(app).map(pageText).join(', ')}; both run for a while, and so do timers within the app`,
    'Lead nginx there: the address is exchanged in its files, `nginx -t`, reload; websockets move then, and once more at the end',
    `Verify it there${app.soakSeconds > 0 ? `, and watch it for ${app.soakSeconds} s,` : ''} while the old version goes on at its own address`,
    `Let what is under way at the old version come to its end, ${app.drainSeconds ?? 0} s at most`,
  ];
}

/** What is proved of files alone. */
const filesText = 'files of the release asked of nginx, byte for byte';

export function verifyTexts(app: App, address: string): string[] {
  const { browser = [], commands = [] } = app.verify;
  return [
    ...(hasProcess(app) ? [`who listens on ${address}`] : [filesText]),
    ...[...(hasProcess(app) ? internalPages(app) : []), ...externalPages(app)].map(
      (page) => `GET ${pageText(page)}`,
    ),
    ...browser.map(({ url }) => `${url} in a browser`),
    ...commands.map((command) => `\`${command}\``),
  ];
}

export function servingText({ label, keeper, stays }: Stop): string {
  if (stays === undefined) return `Stop what serves now: ${label}`;
  return stays === 'stops'
    ? `Stop what serves now: ${label}, of which nothing is changed`
    : `Leave ${label} running ${stopKind(keeper).waits ?? ''}`;
}

function ownStartText(release: string, address: string, { unit, socket }: OwnUnit): string {
  return socket === undefined
    ? `Start release ${release} on ${address}, by ${unit} as it is`
    : `Restart ${unit} as it is, so that release ${release} serves; requests wait in ${socket} meanwhile`;
}

export function keptText(app: App, previous: Previous): string {
  switch (previous.kind) {
    case 'release':
      return `release ${previous.release}`;
    case 'adopt':
      return `the folder ${app.path}, whole`;
    case 'none':
      return `that ${app.path} was absent`;
  }
}

export function activateText(app: App, release: string, previous: Previous): string {
  return previous.kind === 'adopt'
    ? `Rename the folder ${app.path} to releases/${previous.release}, and make ${app.path} a link to release ${release}`
    : `Make ${app.path} a link to release ${release}`;
}

function conflictText({ keeper, label, why, active, resumes }: Stop): string {
  if (resumes) return `Put off ${label} until the release serves, which ${why}`;
  const { ends, also = '' } = stopKind(keeper);
  return `${ends(active)} ${label}${also}, which ${why}`;
}
