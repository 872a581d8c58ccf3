import { stopKind } from '../keepers/kinds/of-group.js';
import type { Comparison, PlanInput } from './input.js';
import type { App } from '../app/app.js';
import { findConflicts } from '../keepers/conflicts.js';
import { lacksSwitch } from './deadman.js';
import type { Facts } from '../facts/facts.js';
import { makeFinding, type Finding } from '../findings/finding.js';
import { frontOfApp } from '../nginx/served/front.js';
import { servedBy } from '../nginx/served/served.js';
import { keptApp } from './kept-app.js';
import { keptFindings } from './kept-findings.js';
import { whyUnrehearsed } from '../keepers/own-rehearsal.js';
import { hasProcess } from '../app/kind.js';
import { planActions } from './actions.js';
import { swapActions } from './swap-actions.js';
import { provedFindings } from './proved-findings.js';
import { ejectActions, ejectFindings } from './eject-actions.js';
import { planFindings } from './findings.js';
import type { Bind } from '../app/address.js';
import type { KeeperSeen } from '../keepers/keeper.js';
import type { Plan, Previous } from './plan.js';
import { adoptedName } from '../app/release.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import { userOf } from './runs-as.js';
import { maintenanceOf, strategyFindings, strategyOf } from './strategy.js';
import { finder } from '../findings/finder.js';
import { siteFindings } from '../nginx/site/findings.js';
import { unaskedFindings } from '../nginx/gates/unasked.js';
import { withRuntimeFolder } from '../nginx/bind/socket-folder.js';

/** How a release would be started. */
export interface Start {
  release: string;
  user: string;
  bind: Bind;
  /** What is known of its keeper. */
  seen: KeeperSeen;
}

/** Of a plan that compares nothing: a rollback, and where nothing can be staged. */
export const noComparison: Comparison = {
  files: {
    added: [],
    changed: [],
    removed: [],
    addedCount: 0,
    changedCount: 0,
    removedCount: 0,
    total: 0,
    totalBytes: 0,
    upload: { files: 0, bytes: 0 },
  },
  hostOnly: [],
  findings: [],
};

/**
 * Makes the plan of a deployment, or, with an empty artifact, of going back to a release that the host has. Its digest is
 * left empty: digest.ts says of what it is taken.
 *
 * @param isStartedSo whether the active release was started exactly as `Start` and belay.yml would start it now
 */
export function buildPlan(input: PlanInput, isStartedSo: (start: Start) => boolean): Plan {
  const { facts, release, artifact, baseline } = input;
  const host = input.reach.alias;
  const isBack = artifact === '';
  const { files, hostOnly, findings: compared } = input.comparison ?? noComparison;
  const kept = keptApp(facts, input.app, host);
  const { app, bind: address, findings: bound, unit, program, entry } = kept;
  const { stops: all, findings: conflicting, user: running } = findConflicts(facts, address, app, host);
  // With belay's own keeper gone, what kept it before has its place again.
  const before =
    isBack && releaseKeeper(app).isMade
      ? facts.app.releases.find((one) => one.release === release)?.before
      : undefined;
  // It puts back what is off since then.
  const found = before === undefined ? all : all.filter(({ role, active }) => role === 'app' || active);
  // What competes with the app goes on as it is.
  const stops = input.ejects ? found.filter(({ role }) => role === 'app') : found;
  const front = frontOfApp(facts, app, address);
  const user = userOf(app, facts, running);
  const served = hasProcess(app) ? null : servedBy(facts, app);
  const bind = withRuntimeFolder(address, facts, { app, user });
  const { pm2 } = releaseKeeper(app).chosen?.(facts, user, stops) ?? {};
  const unarmed = lacksSwitch(app, facts);
  const unrehearsed = whyUnrehearsed(kept, facts, address);
  const previous = previousOf(facts, input.release);
  const heeds = heedsRehearsal(app, input.findings);
  const seen = { app, facts, bind, front, stops, unit, program, entry, heeds, previous, release, isBack };
  const strategy = strategyOf(seen);
  const maintenance = input.ejects ? undefined : maintenanceOf(seen);
  const find = finder(host);
  strategyFindings(seen, strategy, find);
  if (served !== null && !isBack) provedFindings(served, app, input.comparison, find);
  keptFindings(kept, facts, find);
  const own = planFindings({
    host,
    app,
    facts,
    user,
    bind,
    pm2,
    stops,
    deployment: input.deployment,
    files,
    hostOnly,
    baseline,
    unrehearsed,
    measured: input.measured,
  });
  const decided = {
    strategy,
    maintenance,
    app,
    release,
    bind,
    served,
    user,
    pm2,
    unit,
    before,
    program,
    entry,
    unitSettings: facts.units.find((one) => one.unit === unit?.unit)?.settings,
    unarmed,
    unrehearsed,
    previous,
    stops,
    hostOnly,
    isBack,
  };
  if (input.ejects) ejectFindings(decided, find);
  const findings = [
    ...bound,
    ...conflicting,
    ...own,
    ...siteFindings(baseline, app, facts.system.now, host),
    ...unaskedFindings(front, baseline, host),
    ...find.found,
    ...compared,
    ...input.findings,
    ...(isBack ? missing(facts, release, host) : []),
  ];
  const plan: Plan = {
    digest: '',
    host,
    release,
    artifact,
    unchanged: false,
    bind,
    ...(served && { served }),
    ...(front === null ? {} : { front }),
    user,
    ...(pm2 && { pm2 }),
    ...(unit && { unit }),
    ...(before && { before }),
    ...(program && { program }),
    ...(entry && { entry }),
    ...(unarmed && { unarmed }),
    ...(unrehearsed !== undefined && { unrehearsed }),
    previous,
    ...(input.ejects && { ejects: true }),
    ...(app.strategy === undefined ? {} : { strategy }),
    ...(maintenance !== undefined && { maintenance }),
    stops,
    files,
    hostOnly,
    baseline,
    actions: input.ejects
      ? ejectActions(decided, facts)
      : hasProcess(app)
        ? planActions(decided)
        : swapActions(decided),
    findings: ordered(findings.map((finding) => acknowledged(finding, app.acknowledge))),
    fenceNumber: facts.app.fence?.number ?? 0,
    bootId: facts.system.bootId,
  };
  return { ...plan, unchanged: !input.ejects && isUnchanged(plan, input, isStartedSo) };
}

function previousOf({ app }: Facts, release: string): Previous {
  if (app.active !== undefined) return { kind: 'release', release: app.active };
  if (app.kind === 'directory') return { kind: 'adopt', release: adoptedName(release) };
  return { kind: 'none' };
}

/** The same source already serves, through belay's own unit or entry, started as it would be now, and nothing is in its way. */
function isUnchanged(
  { bind, user, pm2, unit, program, entry, stops, findings }: Plan,
  input: PlanInput,
  isStartedSo: (start: Start) => boolean,
): boolean {
  const { active, releases } = input.facts.app;
  if (active === undefined || findings.some(({ severity }) => severity === 'block')) return false;
  const isBack = input.artifact === '';
  const same = isBack
    ? active === input.release
    : releases.find(({ release }) => release === active)?.digest === input.artifact;
  // Nothing is started: the files are all there is.
  if (!hasProcess(input.app)) return same;
  if (bind === null) return false;
  const own = stops.filter(({ role }) => role === 'app');
  const served = own.every(({ keeper }) =>
    releaseKeeper(input.app, { pm2, unit, program, entry }).keeps(keeper),
  );
  // An entry that an earlier deployment stopped stays in pm2's list.
  const free = stops.every(
    ({ role, keeper, active: runs }) => role === 'app' || (stopKind(keeper).staysListed === true && !runs),
  );
  return (
    same &&
    own.length > 0 &&
    served &&
    free &&
    (isBack || isStartedSo({ release: active, user, bind, seen: { pm2, unit, program, entry } }))
  );
}

/** What names the variable, which is said to the release in a rehearsal alone. */
function heedsRehearsal({ run }: App, findings: readonly Finding[]): string | undefined {
  if (run.includes('BELAY_REHEARSAL')) return '`run`';
  return findings.find(({ id }) => id === 'app.heeds-rehearsal')?.evidence.split(' ')[0];
}

function missing(facts: Facts, release: string, host: string): Finding[] {
  const there = facts.app.releases.map((one) => one.release);
  if (there.includes(release)) return [];
  return [
    makeFinding('release.missing', {
      host,
      message: `The host does not have release ${release} any more.`,
      evidence: there.length === 0 ? 'It has no releases.' : `It has: ${there.join(', ')}`,
      remedy: 'Choose one of these: `belay rollback --to RELEASE`.',
    }),
  ];
}

/** A warning that belay.yml accepts is only told, with the reason. */
function acknowledged(finding: Finding, reasons: Readonly<Record<string, string>>): Finding {
  const reason = Object.hasOwn(reasons, finding.id) ? reasons[finding.id] : undefined;
  if (reason === undefined || finding.severity !== 'warn') return finding;
  return { ...finding, severity: 'info', message: `${finding.message} Accepted: ${reason}` };
}

function ordered(findings: readonly Finding[]): Finding[] {
  const rank = { block: 0, warn: 1, info: 2 };
  const key = ({ severity, id, message }: Finding) => `${rank[severity]} ${id} ${message}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
