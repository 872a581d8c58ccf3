import type { App, AppOnHost } from '../app/app.js';
import { plainPath } from '../app/plain-path.js';
import { belayFolder } from '../app/release.js';
import type { Facts, UnitFacts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import type { Stop } from './keeper.js';
import { isEnabled, unitTouches } from './evidence.js';
import { appView } from './process-groups.js';
import { entryFindings } from './own-entry-findings.js';
import { programFindings } from './own-program-findings.js';
import { isWithin } from './touches.js';

interface Named {
  app: AppOnHost & Pick<App, 'shared'>;
  facts: Facts;
  stops: readonly Stop[];
  unrehearsed?: string;
}

/** Whether the unit that belay.yml names can go on keeping the app as it is. */
export function ownUnitFindings({ app, facts, stops, unrehearsed }: Named, find: Finder): void {
  if (app.program !== undefined) programFindings(app, facts, unrehearsed, find);
  if (app.entry !== undefined) entryFindings(app, facts, unrehearsed, find);
  staleUnits(app, facts, stops, find);
  if (app.unit === undefined) return;
  const unit = facts.units.find((one) => one.unit === app.unit);
  if (unit === undefined) {
    find.report(
      'unit.absent',
      `belay.yml says that ${app.unit} keeps the app; the host has no such unit.`,
      facts.units.map((one) => one.unit).join('\n') || 'no unit has to do with the app',
      `Correct \`unit\` in belay.yml; or leave it out and give \`run\`, and belay makes a unit of its own.`,
    );
    return;
  }
  goesThroughPath(unit, app, facts, find);
  const root = unit.settings?.find((name) => /^Root(?:Directory|Image)$/.test(name));
  if (root !== undefined) {
    find.report(
      'unit.other-root',
      `${unit.unit} gives the app a root of its own (${root}=), where ${app.path} may be another folder than the one that belay changes.`,
      unit.fragmentPath,
      `Take ${root}= out of it; or leave \`unit\` out of belay.yml, and belay makes a unit of its own.`,
    );
  }
  reachesShared(unit, app, find);
  startsAtBoot(unit, facts, stops, find);
  if (unrehearsed !== undefined) {
    find.report(
      'unit.unrehearsed',
      `The release is not rehearsed: ${unrehearsed}.`,
      `${unit.fragmentPath}: ${unit.execStart}`,
      'Give `run` in belay.yml, such as `run: gunicorn -b {bind} app:app`: the release is rehearsed by that. Or `rehearse: false`.',
    );
  }
}

/** The way back starts what served as it was, and systemd would start it as its files are now. */
function staleUnits({ unit }: AppOnHost, facts: Facts, stops: readonly Stop[], find: Finder): void {
  const ours = stops.flatMap(({ keeper }) => (keeper.kind === 'unit' ? [keeper.unit] : []));
  for (const { unit: name, isStale, fragmentPath, dropIns = [] } of facts.units) {
    if (isStale !== true || (name !== unit && !ours.includes(name))) continue;
    find.report(
      'unit.not-loaded',
      `${name} was edited, and systemd has not loaded that: a deployment would put it into force, and so would its way back.`,
      [fragmentPath, ...dropIns].join('\n'),
      `As root on the host: \`systemctl daemon-reload && systemctl restart ${name}\`, where the edit is meant; else undo it. Then plan again.`,
    );
  }
}

function goesThroughPath(unit: UnitFacts, app: AppOnHost, facts: Facts, find: Finder): void {
  if (unit.releaseLines !== undefined) {
    find.report(
      'unit.names-release',
      `${unit.unit} names a release’s own folder: it would go on starting that one, whatever ${app.path} leads to.`,
      unit.releaseLines.join('\n'),
      `Write ${app.path} in its place there, then \`systemctl daemon-reload\`, and plan again; or \`manager: systemd\` in belay.yml, for a unit of belay’s own.`,
    );
  } else if (!unitTouches(unit, { ...appView(facts, null, app.path) })) {
    find.report(
      'unit.elsewhere',
      `${unit.unit} neither works in ${app.path} nor names it in its command: a release that is placed there would not be what it starts.`,
      `WorkingDirectory=${unit.workingDirectory}\nExecStart=${unit.execStart}`,
      'Correct `unit` or `path` in belay.yml.',
    );
  }
}

/** What is shared lies beside the app's folder: where the unit is confined, its own lines say nothing of that. */
function reachesShared({ unit, confined }: UnitFacts, { path, shared }: Named['app'], find: Finder): void {
  if (confined === undefined) return;
  const { strict, writable, hidden, shown } = confined;
  const beside = `${belayFolder(path)}/shared`;
  const isIn = (folders: readonly string[], name: string) => folders.some((folder) => isWithin(name, folder));
  const lost = shared.map(plainPath).filter((name) => {
    const [here, there] = [`${path}/${name}`, `${beside}/${name}`];
    // A line that names it, or what lies in it, leads on through the link.
    const follows = writable.some((folder) => isWithin(folder, here));
    const isReadOnly = strict && isIn(writable, here) && !isIn(writable, there) && !follows;
    const isHidden =
      isIn(hidden, there) && !isIn(shown, there) && !shown.some((folder) => isWithin(folder, here));
    return isReadOnly || isHidden;
  });
  if (lost.length === 0) return;
  const lines = [
    ...(strict ? [`ReadWritePaths=-${beside}`] : []),
    ...(isIn(hidden, beside) ? [`BindPaths=-${beside}`] : []),
  ];
  find.report(
    'unit.shared-closed',
    `${unit} could not reach, or not write, what \`shared\` names (${lost.join(', ')}): that lives in ${beside}, which the unit’s own hardening leaves closed.`,
    [
      ...(strict ? [`ProtectSystem=strict, ReadWritePaths=${writable.join(' ')}`] : []),
      ...(hidden.length > 0 ? [`TemporaryFileSystem=${hidden.join(' ')}`] : []),
    ].join('\n'),
    `As root on the host: \`systemctl edit ${unit}\`, under [Service]: ${lines.join(' and ')}; then plan again.`,
  );
}

function startsAtBoot(unit: UnitFacts, { units }: Facts, stops: readonly Stop[], find: Finder): void {
  const starters = [unit, ...units.filter((one) => unit.triggeredBy?.includes(one.unit) === true)];
  // What another unit pulls in says `static`, and nothing of the boot.
  if (unit.enabled !== 'disabled' || starters.some(({ enabled }) => isEnabled(enabled))) return;
  const before = stops.filter(({ role, enabled }) => role === 'app' && enabled === true);
  find.report(
    'unit.not-at-boot',
    `${unit.unit} does not start at boot${before.length === 0 ? '' : `, as ${before.map(({ label }) => label).join(', ')} does, which it replaces`}: after a reboot the app would stay down.`,
    `${unit.fragmentPath}: ${unit.enabled}`,
    `As root on the host: \`systemctl enable ${unit.unit}\`.`,
  );
}
