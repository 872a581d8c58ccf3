import type { App } from '../../domain/app.js';
import type { Finding, Severity } from '../../domain/finding.js';
import type { ManifestEntry } from '../../domain/manifest.js';
import type { Fault, StagedCheck } from './run-check-staged.js';
import { commandWords, missingModule } from './start-command.js';

const listed = 50;

/** The findings of what the host said of the staged release. Pure. */
export function judgeStaged(
  host: string,
  app: Pick<App, 'run' | 'build' | 'path'>,
  entries: readonly ManifestEntry[],
  check: StagedCheck,
): Finding[] {
  const nodeApp = isNodeApp(app, entries);
  return [
    ...startCommand(host, app, check),
    ...missingModule(app.run, entries, host),
    ...unreadable(host, check),
    ...faults(host, check, nodeApp),
    ...unchecked(host, check, nodeApp),
    ...summary(host, check),
  ];
}

/** Whether JavaScript runs on the host; otherwise it is what browsers load, of which the host's Node is no judge. */
function isNodeApp(app: Pick<App, 'run'>, entries: readonly ManifestEntry[]): boolean {
  const program = (commandWords(app.run)?.[0] ?? app.run).replace(/^.*\//, '');
  return (
    /^(node|nodejs|npm|npx|pnpm|yarn|pm2|next|tsx|ts-node|bun)\b/.test(program) ||
    hasFile(entries, 'package.json')
  );
}

function hasFile(entries: readonly ManifestEntry[], path: string): boolean {
  return entries.some((entry) => entry.path === path);
}

function startCommand(host: string, app: Pick<App, 'run' | 'build'>, check: StagedCheck): Finding[] {
  if (check.command !== null) return [];
  const program = commandWords(app.run)?.[0] ?? app.run;
  const built = app.build.length > 0;
  return [
    {
      id: 'app.command',
      severity: built ? 'warn' : 'block',
      host,
      message:
        `The start command begins with ${JSON.stringify(program)}, and ${check.user} finds no such program` +
        `${built ? ' yet; `build` has to bring it' : ''}.`,
      evidence: `run: ${app.run}\nlooked in: ${check.searchPath}`,
      remedy: built
        ? 'Nothing, where `build` installs it; otherwise correct `run` in belay.yml.'
        : 'Install it on the host, or let `build` in belay.yml do so (into .venv or node_modules of the release), or correct `run`.',
    },
  ];
}

function unreadable(host: string, check: StagedCheck): Finding[] {
  if (check.unreadable === undefined) return [];
  return [
    {
      id: 'app.unreadable',
      severity: 'block',
      host,
      message: "The app's user cannot reach the staged release.",
      evidence: check.unreadable,
      remedy:
        'Let that user pass through the folders above (`chmod o+x`), or let `path` in belay.yml be elsewhere, as under /srv.',
    },
  ];
}

function faults(host: string, check: StagedCheck, nodeApp: boolean): Finding[] {
  const judged = check.faults
    .map((fault) => ({ fault, severity: severityOf(fault, nodeApp) }))
    .sort((a, b) => Number(b.severity === 'block') - Number(a.severity === 'block'));
  const beyond = Object.values(check.more).reduce((sum, count) => sum + count, 0);
  const rest = Math.max(0, judged.length - listed) + beyond;
  const findings = judged.slice(0, listed).map(({ fault, severity }) => ({
    id: fault.id,
    severity,
    host,
    message: `${placeOf(fault)}: ${fault.message}`,
    evidence: fault.text,
    remedy: remedyOf(fault),
  }));
  if (rest === 0) return findings;
  return [
    ...findings,
    {
      id: 'staged.more',
      severity: 'warn',
      host,
      message: `and ${rest} more faults like these`,
      evidence: [
        ...new Set([...judged.slice(listed).map(({ fault }) => fault.id), ...Object.keys(check.more)]),
      ].join('\n'),
      remedy: 'Mend those above first.',
    },
  ];
}

function severityOf(fault: Fault, nodeApp: boolean): Severity {
  if (fault.id === 'jinja2.unknown-tag' || fault.id === 'python.unreadable') return 'warn';
  // JSX that a build translates begins so for Node.
  if (fault.id === 'node.syntax')
    return nodeApp && fault.message !== "Unexpected token '<'" ? 'block' : 'warn';
  return 'block';
}

function placeOf(fault: Fault): string {
  const column = fault.column > 0 ? `:${fault.column}` : '';
  return fault.line > 0 ? `${fault.file}:${fault.line}${column}` : fault.file;
}

function remedyOf(fault: Fault): string {
  if (fault.id === 'jinja2.unknown-tag') {
    return 'Nothing, where an extension of the app brings this tag; the rest of the template was not checked.';
  }
  return `Mend ${fault.file}, or leave it out with a line in .belayignore where the app does not use it.`;
}

function unchecked(host: string, check: StagedCheck, nodeApp: boolean): Finding[] {
  const finding = (id: string, message: string, evidence: string, remedy: string): Finding => ({
    id,
    severity: 'warn',
    host,
    message,
    evidence,
    remedy,
  });
  const findings: Finding[] = [];
  if (check.python === null) {
    const tried = `tried as ${check.user}: python3 and the venv's python, 3.7 or later`;
    findings.push(
      finding(
        'python.unchecked',
        'No Python on the host compiled the Python files.',
        tried,
        'Install python3 on the host.',
      ),
    );
  }
  if (check.jinja2Missing !== undefined) {
    findings.push(
      finding(
        'jinja2.unchecked',
        'The templates were not checked: the Python of the host has no jinja2.',
        `${check.python ?? ''}\n${check.jinja2Missing}`,
        "Install jinja2 for the app's Python (`pip install jinja2` in its venv, or python3-jinja2).",
      ),
    );
  }
  if (check.node === null && nodeApp) {
    findings.push(
      finding(
        'node.unchecked',
        'No Node.js on the host parsed the JavaScript files.',
        `looked in: ${check.searchPath}`,
        'Install nodejs on the host.',
      ),
    );
  }
  for (const crash of check.crashed) {
    findings.push(
      finding(
        'staged.unchecked',
        'A check on the host broke off before its end.',
        crash,
        'Look whether the host has memory left (`free -m`), then deploy again.',
      ),
    );
  }
  return findings;
}

function summary(host: string, check: StagedCheck): Finding[] {
  const parts = [
    ['python', 'Python files compiled', check.python],
    ['jinja2', 'templates parsed', check.python],
    ['node', 'JavaScript files parsed', check.node],
    ['json', 'JSON files parsed', null],
  ] as const;
  const lines = parts
    .filter(([kind]) => (check.checked[kind] ?? 0) > 0)
    .map(([kind, what, by]) => `${check.checked[kind] ?? 0} ${what}${by ? ` by ${by}` : ''}`);
  if (lines.length === 0) return [];
  return [
    {
      id: 'staged.checked',
      severity: 'info',
      host,
      message: `The staged release was checked on the host, as ${check.user}.`,
      evidence: lines.join('\n'),
      remedy: '',
    },
  ];
}
