import type { App } from '../../domain/app/app.js';
import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import type { FindingId } from '../../domain/findings/catalogue.js';
import type { ManifestEntry } from '../../domain/app/manifest.js';
import { judgeFaults } from './judge-faults.js';
import { judgePackages } from './judge-packages.js';
import type { StagedCheck } from './run-check-staged.js';
import { commandWords, missingModule, startsNode } from './start-command.js';

/** The findings of what the host said of the staged release. Pure. */
export function judgeStaged(
  host: string,
  app: Pick<App, 'run' | 'build' | 'env'>,
  entries: readonly ManifestEntry[],
  check: StagedCheck,
): Finding[] {
  // Whether JavaScript runs on the host; otherwise it is what browsers load, of which the host's Node is no judge.
  const nodeApp = startsNode(app.run) || entries.some(({ path }) => path === 'package.json');
  return [
    ...startCommand(host, app, check),
    ...missingModule(app.run, entries, host),
    ...unreadable(host, check),
    ...closed(host, check),
    ...rightsLost(host, check),
    ...specialLost(host, check),
    ...heedsRehearsal(host, check),
    ...judgeFaults(host, check, nodeApp),
    ...judgePackages(host, app, check),
    ...unchecked(host, check, nodeApp),
    ...summary(host, check),
  ];
}

function startCommand(host: string, app: Pick<App, 'run' | 'build'>, check: StagedCheck): Finding[] {
  if (check.command !== null) return [];
  const program = commandWords(app.run)?.[0] ?? app.run;
  const built = app.build.length > 0;
  return [
    makeFinding(
      'app.command',
      {
        host,
        message:
          `The start command begins with ${JSON.stringify(program)}, and ${check.user} finds no such program` +
          `${built ? ' yet; `build` has to bring it' : ''}.`,
        evidence: `run: ${app.run}\nlooked in: ${check.searchPath}`,
        remedy: built
          ? 'Nothing, where `build` installs it; otherwise correct `run` in belay.yml.'
          : 'Install it on the host, or let `build` in belay.yml do so (into .venv or node_modules of the release), or correct `run`.',
      },
      built ? 'warn' : 'block',
    ),
  ];
}

function unreadable(host: string, check: StagedCheck): Finding[] {
  if (check.unreadable === undefined) return [];
  return [
    makeFinding('app.unreadable', {
      host,
      message: "The app's user cannot reach the staged release.",
      evidence: check.unreadable,
      remedy:
        'Let that user pass through the folders above (`chmod o+x`), or let `path` in belay.yml be elsewhere, as under /srv.',
    }),
  ];
}

function closed(host: string, { closed: why, user }: StagedCheck): Finding[] {
  if (why === undefined) return [];
  return [
    makeFinding(
      'staged.unchecked',
      {
        host,
        message: `The staged release was not checked: nothing can be run as ${user}, as whom the app runs.`,
        evidence: why,
        remedy:
          'Give `user` in belay.yml as the host knows it (`id USER`), or install util-linux for its setpriv.',
      },
      'block',
    ),
  ];
}

function rightsLost(host: string, { lost, user }: StagedCheck): Finding[] {
  if (lost.length === 0) return [];
  return [
    makeFinding('app.rights-lost', {
      host,
      message: `${user}, as whom the app runs, may write there now, and could not in the release: ${lost.join(', ')}.`,
      evidence: lost.join('\n'),
      remedy:
        'Give belay root on the host (`sudo -n`), so that the release can belong to whom the live folder does; or list under `shared` what the app writes to.',
    }),
  ];
}

/** As a person calls it. */
const specials: Readonly<Record<string, string>> = {
  'set-id': 'a bit that makes whoever runs it its owner or group',
  capability: 'capabilities (getcap)',
  acl: 'an ACL, which takes getfacl and setfacl on the host to be kept',
};

function specialLost(host: string, { special }: StagedCheck): Finding[] {
  if (special.length === 0) return [];
  const lines = special.map((line) => {
    const [what = '', ...name] = line.split(' ');
    return `${name.join(' ')}: ${specials[what] ?? what}`;
  });
  return [
    makeFinding('files.special-lost', {
      host,
      message: `${special.length === 1 ? 'A file has' : 'Files have'} more where the app lives now than owner, group and mode say, and would not have it in the release.`,
      evidence: lines.join('\n'),
      remedy:
        'For an ACL install `acl` on the host. Let a command in `build` give the others what they need (`setcap`, `chmod`), or keep them outside of the release.',
    }),
  ];
}

function heedsRehearsal(host: string, { heeds }: StagedCheck): Finding[] {
  if (heeds.length === 0) return [];
  return [
    makeFinding('app.heeds-rehearsal', {
      host,
      message:
        'The release leaves something off while it is rehearsed, so two versions do not serve at the same time.',
      evidence: heeds.map((file) => `${file} names BELAY_REHEARSAL`).join('\n'),
      remedy: 'Nothing; or, where two of it may serve at once all the same, `strategy: detour` in belay.yml.',
    }),
  ];
}

function unchecked(host: string, check: StagedCheck, nodeApp: boolean): Finding[] {
  const findings: Finding[] = [];
  const report = (id: FindingId, message: string, evidence: string, remedy: string) =>
    findings.push(makeFinding(id, { host, message, evidence, remedy }));
  if (check.python === null) {
    report(
      'python.unchecked',
      'No Python on the host compiled the Python files.',
      `tried as ${check.user}: python3 and the venv's python, 3.7 or later`,
      'Install python3 on the host.',
    );
  }
  if (check.jinja2Missing !== undefined) {
    report(
      'jinja2.unchecked',
      'The templates were not checked: the Python of the host has no jinja2.',
      `${check.python ?? ''}\n${check.jinja2Missing}`,
      "Install jinja2 for the app's Python (`pip install jinja2` in its venv, or python3-jinja2).",
    );
  }
  if (check.node === null && nodeApp) {
    report(
      'node.unchecked',
      'No Node.js on the host parsed the JavaScript files.',
      `looked in: ${check.searchPath}`,
      'Install nodejs on the host.',
    );
  }
  for (const crash of check.crashed) {
    report(
      'staged.unchecked',
      'A check on the host broke off before its end.',
      crash,
      'Look whether the host has memory left (`free -m`), then deploy again.',
    );
  }
  return findings;
}

function summary(host: string, check: StagedCheck): Finding[] {
  const parts = [
    ['python', 'Python files compiled', check.python],
    ['jinja2', 'templates parsed', check.python],
    ['requirements', 'requirements looked for', check.python],
    ['node', 'JavaScript files parsed', check.node],
    ['packages', 'packages of package.json looked for', check.node],
    ['json', 'JSON files parsed', null],
    ['yaml', 'YAML files parsed', check.python],
    ['toml', 'TOML files parsed', check.python],
  ] as const;
  const lines = parts
    .filter(([kind]) => (check.checked[kind] ?? 0) > 0)
    .map(([kind, what, by]) => `${check.checked[kind] ?? 0} ${what}${by ? ` by ${by}` : ''}`);
  if (lines.length === 0) return [];
  return [
    makeFinding('staged.checked', {
      host,
      message: `The staged release was checked on the host, as ${check.user}.`,
      evidence: lines.join('\n'),
      remedy: '',
    }),
  ];
}
