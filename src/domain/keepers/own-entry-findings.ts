import type { AppOnHost } from '../app/app.js';
import { belayFolder } from '../app/release.js';
import type { Facts, Pm2Entry } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { entryTouches } from './evidence.js';
import { entriesOf } from './own-entry.js';
import { pm2StartsAtBoot } from './pm2-home.js';
import { appView } from './process-groups.js';

/** Whether the entry of pm2's that keeps the app can go on so. */
export function entryFindings(
  app: AppOnHost,
  facts: Facts,
  unrehearsed: string | undefined,
  find: Finder,
): void {
  const { entry: name = '', path } = app;
  const kept = entriesOf(facts, name, path);
  if (kept === undefined) {
    const all = facts.pm2.flatMap(({ user, entries }) => entries.map((one) => `${one.name} of ${user}`));
    find.report(
      'entry.absent',
      `belay.yml says that pm2 entry ${name} keeps the app; no pm2 daemon that may be asked has it.`,
      [...new Set(all)].join('\n') || 'no pm2 daemon runs, or none that belay may ask',
      'Write `entry` as `pm2 list` has it, and see that it is there: `pm2 resurrect` as its user.',
    );
    return;
  }
  const { daemon, entries } = kept;
  const [named] = entries.filter((entry) =>
    wordsOf(entry).some((text) => text.includes(`${belayFolder(path)}/releases/`)),
  );
  const [apart] = entries.filter((entry) => !entryTouches(entry, appView(facts, null, path)));
  if (named !== undefined)
    find.report(
      'entry.names-release',
      `pm2 entry ${name} names a release’s own folder: it would go on starting that one, whatever ${path} leads to.`,
      linesOf(named),
      `As ${daemon.user}: \`pm2 delete ${name}\`, start it again by ${path} (\`--cwd ${path}\`, the script below it), \`pm2 save\`; then plan again.`,
    );
  else if (apart !== undefined)
    find.report(
      'entry.elsewhere',
      `pm2 entry ${name} neither works in ${path} nor runs a script of it: a release that is placed there would not be what it starts.`,
      linesOf(apart),
      'Correct `entry` or `path` in belay.yml.',
    );
  const unsaved = entries.filter(({ saved }) => saved === false);
  const starts = pm2StartsAtBoot(facts, daemon.user);
  if (!starts || unsaved.length > 0)
    find.report(
      'entry.not-at-boot',
      `pm2 does not start ${name} after a reboot: the app would stay down.`,
      starts
        ? `the dump of ${daemon.home} lacks ${unsaved.length} of its ${entries.length} instances`
        : `nothing starts pm2 of ${daemon.user} at boot`,
      `As root on the host: \`${daemon.command} startup systemd -u ${daemon.user}\`; as ${daemon.user}: \`pm2 save\`.`,
    );
  if (unrehearsed !== undefined)
    find.report(
      'entry.unrehearsed',
      `The release is not rehearsed: ${unrehearsed}.`,
      entries.map(linesOf).join('\n'),
      'Give `run` in belay.yml, such as `run: node server.js`: the release is rehearsed by that, with PORT in its environment. Or `rehearse: false`.',
    );
}

function wordsOf({ script, cwd, args }: Pm2Entry): string[] {
  return [script, cwd, ...args];
}

function linesOf(entry: Pm2Entry): string {
  return `id ${entry.id}: ${entry.script} ${entry.args.join(' ')}\ncwd ${entry.cwd}`;
}
