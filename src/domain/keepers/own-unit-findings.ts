import type { AppOnHost } from '../app/app.js';
import type { Facts, UnitFacts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import type { Stop } from './keeper.js';
import { isEnabled, unitTouches } from './keepers.js';
import { appView } from './process-groups.js';

interface Named {
  app: AppOnHost;
  facts: Facts;
  stops: readonly Stop[];
  unrehearsed?: string;
}

/** Whether the unit that belay.yml names can go on keeping the app as it is. */
export function ownUnitFindings({ app, facts, stops, unrehearsed }: Named, find: Finder): void {
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

function goesThroughPath(unit: UnitFacts, app: AppOnHost, facts: Facts, find: Finder): void {
  if (unit.releaseLines !== undefined) {
    find.report(
      'unit.names-release',
      `${unit.unit} names a release’s own folder: it would go on starting that one, whatever ${app.path} leads to.`,
      unit.releaseLines.join('\n'),
      `Write ${app.path} in its place there, then \`systemctl daemon-reload\`, and plan again.`,
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
