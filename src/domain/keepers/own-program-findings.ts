import type { AppOnHost } from '../app/app.js';
import { belayFolder } from '../app/release.js';
import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { programsOf } from './own-program.js';
import { appView } from './process-groups.js';
import { programTouches } from './supervisor.js';

/** Whether the program of supervisord's that keeps the app can go on so. */
export function programFindings(
  app: AppOnHost,
  facts: Facts,
  unrehearsed: string | undefined,
  find: Finder,
): void {
  const { program: name = '', path } = app;
  const programs = programsOf(facts, name);
  if (programs.length === 0) {
    const all = (facts.supervisors ?? []).flatMap((daemon) => daemon.programs.map((one) => one.name));
    find.report(
      'program.absent',
      `belay.yml says that supervisor program ${name} keeps the app; no supervisord that may be asked has it.`,
      all.join('\n') || 'no supervisord was found, or none whose files are root’s alone',
      'Write `program` as `supervisorctl status` has it: the name of a program, or of a group.',
    );
    return;
  }
  for (const { program } of programs) {
    const { file, section, directory, command } = program;
    const evidence = `${file}: [${section}]\ndirectory=${directory}\ncommand=${command}`;
    if ([directory, command].some((text) => text.includes(`${belayFolder(path)}/releases/`)))
      find.report(
        'program.names-release',
        `Supervisor program ${program.name} names a release’s own folder: it would go on starting that one, whatever ${path} leads to.`,
        evidence,
        `Write ${path} in its place there, then \`supervisorctl update\`, and plan again.`,
      );
    else if (!programTouches(program, appView(facts, null, path)))
      find.report(
        'program.elsewhere',
        `Supervisor program ${program.name} neither works in ${path} nor names it in its command: a release that is placed there would not be what it starts.`,
        evidence,
        'Correct `program` or `path` in belay.yml.',
      );
    if (!program.atBoot)
      find.report(
        'program.not-at-boot',
        `Supervisor program ${program.name} does not start with supervisord: after a reboot the app would stay down.`,
        `${evidence}\nautostart=false`,
        'Write autostart=true there, then `supervisorctl update`.',
      );
  }
  if (unrehearsed !== undefined)
    find.report(
      'program.unrehearsed',
      `The release is not rehearsed: ${unrehearsed}.`,
      programs.map(({ program }) => program.command).join('\n'),
      'Give `run` in belay.yml, such as `run: gunicorn -b {bind} app:app`: the release is rehearsed by that. Or `rehearse: false`.',
    );
}
