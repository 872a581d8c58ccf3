import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import { entriesOf } from '../keepers/own-entry.js';
import { programsOf } from '../keepers/own-program.js';
import type { KeptApp } from './kept-app.js';

/** What is to be said of a keeper that belay.yml does not name: that it stays, or what takes its place, and why. */
export function keptFindings(
  { app, unit, program, entry, byDefault, replaced }: KeptApp,
  facts: Facts,
  find: Finder,
): void {
  if (replaced !== undefined) {
    const { label, why, evidence } = replaced;
    find.report(
      'keeper.replaced',
      `${label} keeps the app now and cannot go on keeping it, so that ${releaseKeeper(app).label} takes its place: ${why}.`,
      evidence,
      'Mend that, where the app is to stay as it is kept; else write `manager: systemd` in belay.yml, which says that this is meant.',
    );
  }
  if (!byDefault) return;
  const known = facts.units.find((one) => one.unit === unit?.unit);
  const programs = program === null ? [] : programsOf(facts, program.program);
  const instances = entry === null ? [] : (entriesOf(facts, entry.entry, app.path)?.entries ?? []);
  const name = releaseKeeper(app).label;
  const key = program ? `program: ${program.program}` : entry ? `entry: ${entry.entry}` : `unit: ${name}`;
  find.report(
    'keeper.stays',
    `${name}, which keeps the app now, goes on keeping it: nothing of it is changed, and \`run\` in belay.yml is not what starts the app.`,
    [
      ...(known === undefined ? [] : [`${known.fragmentPath}: ${known.execStart}`]),
      ...programs.map(({ program: { file, section, command } }) => `[${section}] in ${file}: ${command}`),
      ...instances.map(({ id, mode, script, cwd }) => `id ${id}, ${mode} mode: ${script}, in ${cwd}`),
    ].join('\n'),
    `Nothing; \`${key}\` in belay.yml says the same. \`manager: systemd\` asks for a unit of belay’s own, by \`run\`.`,
  );
  const lost = notGiven(app, facts, known?.environmentFiles ?? []);
  if (lost.length === 0) return;
  const how = program
    ? `environment= of [${programs[0]?.program.section ?? ''}], then \`supervisorctl update\``
    : entry
      ? `as ${entry.user}: \`NAME=value pm2 restart ${entry.entry} --update-env && pm2 save\``
      : `\`systemctl edit ${name}\`: Environment=, EnvironmentFile=`;
  find.report(
    'keeper.not-given',
    `belay.yml gives the app variables that ${name}, which keeps it, does not: ${lost.join(', ')}.`,
    lost.join('\n'),
    `Give them to it (${how}); or write \`manager: systemd\` in belay.yml, for a unit of belay’s own.`,
  );
}

/** Variables that belay.yml has, and not the process that serves. */
function notGiven({ env, envFile, path }: KeptApp['app'], facts: Facts, files: readonly string[]): string[] {
  const inherited = new Set(facts.processes.flatMap(({ variables }) => variables ?? []));
  const file = envFile === undefined || envFile.startsWith('/') ? envFile : `${path}/${envFile}`;
  return [
    ...Object.keys(env).filter((name) => !inherited.has(name)),
    ...(file === undefined || files.includes(file) ? [] : [`what stands in ${file}`]),
  ];
}
