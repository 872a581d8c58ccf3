import { z } from 'zod';
import type { App } from '../../domain/app/app.js';
import type { FindingId } from '../../domain/findings/catalogue.js';
import type { ManifestEntry } from '../../domain/app/manifest.js';
import { fields } from '../fields.js';
import { loadFile } from '../scripts.js';
import type { HostSession } from '../types.js';
import { linesOf, malformed, scriptFailed } from './answer.js';
import { commandWords, startsNode } from './start-command.js';

/** Faults of a file that the programs on the host tell of. */
const faultIds = [
  'python.syntax',
  'python.unreadable',
  'jinja2.syntax',
  'jinja2.unknown-tag',
  'node.syntax',
  'json.syntax',
  'yaml.syntax',
  'toml.syntax',
  'shell.syntax',
] as const satisfies FindingId[];

/** Something that an interpreter on the host does not accept. `line` and `column` are 1-based, 0 where unknown. */
export interface Fault {
  id: (typeof faultIds)[number];
  file: string;
  line: number;
  column: number;
  message: string;
  /** The line, as it stands in the file. */
  text: string;
}

/** A package that is declared and not installed. */
export interface MissingPackage {
  missing: string;
  by: 'python' | 'node';
  /** Where it is declared: file, 1-based line, and the line itself. */
  file: string;
  line: number;
  text: string;
  /** Of Node: no file of the release names it, so it may have been bundled. */
  unused?: boolean;
}

/** What check-staged.sh found. */
export interface StagedCheck {
  faults: Fault[];
  /** Faults beyond those listed, by id. */
  more: Record<string, number>;
  packages: MissingPackage[];
  /** How many files were looked at, by kind. */
  checked: Record<string, number>;
  /** As whom the interpreters ran. */
  user: string;
  /** The tree, where the app's user cannot read it: then nothing was checked. */
  unreadable?: string;
  /** Why nothing can be run as the app's user: then nothing was checked. */
  closed?: string;
  /** What the app's user may write to in the live tree and not in the staged one, ten at most; `.` is the tree itself. */
  lost: string[];
  /** What has more in the live tree than owner, group and mode say, and will not have it in the release: `set-id bin/tool`. */
  special: string[];
  /** Files that name BELAY_REHEARSAL, three at most. */
  heeds: string[];
  /** `<version> <path>`; null: needed, and not there; undefined: not needed. */
  python?: string | null;
  /** Whether that Python is the one that the start command comes to. */
  runsPython: boolean;
  node?: string | null;
  /** Why jinja2 could not be imported. */
  jinja2Missing?: string;
  /** Where the start command was looked for. */
  searchPath: string;
  /** Where it was found; null: nowhere; undefined: it was not looked for. */
  command?: string | null;
  /** Checkers that broke: `python 1 MemoryError`. */
  crashed: string[];
}

/**
 * One round trip: everything that can be checked without running the release's code.
 * @param user whom the app runs as
 * @throws HostError
 */
export async function runCheckStaged(
  session: HostSession,
  app: Pick<App, 'path' | 'run'>,
  release: string,
  user: string,
  entries: readonly ManifestEntry[],
  signal?: AbortSignal,
): Promise<StagedCheck> {
  const [python, node] = await Promise.all([pythonChecks(), loadFile('check-node.cjs')]);
  const scripts = entries.filter(
    ({ path, mode }) => path.endsWith('.sh') || (mode.startsWith('7') && !/\.\w+$/.test(path)),
  );
  const word = commandWords(app.run)?.[0] ?? '';
  const subjects = subjectsOf(app.run, entries).join(' ');
  const args = [fields({ path: app.path, release, user, word, subjects }), python, node];
  const completed = await session.run('check-staged', args, {
    input: scripts.map(({ path }) => `${path}\n`).join(''),
    timeoutMs: 15 * 60_000,
    signal,
  });
  if (completed.code !== 0) throw scriptFailed(session, 'checking the staged release', completed);
  return parse(session, linesOf(session, 'check-staged', completed));
}

/** check-python.py behind what it calls. */
async function pythonChecks(): Promise<string> {
  const files = ['lib/check-data.py', 'lib/check-requirements.py', 'check-python.py'];
  return (await Promise.all(files.map(loadFile))).join('\n');
}

/** What there is to look at, so that a host without Node is no matter where there is no JavaScript. */
function subjectsOf(run: string, entries: readonly ManifestEntry[]): string[] {
  const some = (pattern: RegExp) => entries.some(({ path, mode }) => mode !== 'link' && pattern.test(path));
  const python =
    some(/\.py$/) ||
    entries.some(
      ({ path, mode }) => mode.startsWith('7') && !path.slice(path.lastIndexOf('/') + 1).includes('.'),
    );
  const subjects: string[] = [];
  if (python) subjects.push('python');
  // Templates of other engines lie in folders of the same name: only beside Python they are taken for Jinja2's.
  if (some(/\.py$/) && some(/(^|\/)templates\/|\.(j2|jinja2?)$/)) subjects.push('jinja2');
  if (some(/\.[cm]?js$/)) subjects.push('node');
  for (const kind of ['json', 'toml', 'yaml'])
    if (some(kind === 'yaml' ? /\.ya?ml$/ : new RegExp(`\\.${kind}$`))) subjects.push(kind);
  if (some(/^requirements\.txt$/)) subjects.push('requirements');
  if (some(/^package\.json$/) && startsNode(run)) subjects.push('packages');
  return subjects;
}

const programLine = z.union([
  z.object({
    id: z.enum(faultIds),
    file: z.string(),
    line: z.number(),
    column: z.number(),
    message: z.string(),
    text: z.string(),
  }),
  z.object({
    missing: z.string(),
    by: z.enum(['python', 'node']),
    file: z.string(),
    line: z.number(),
    text: z.string(),
    unused: z.boolean().optional(),
  }),
  z.object({ more: z.enum(faultIds), count: z.number() }),
  z.object({ checked: z.record(z.string(), z.number()) }),
  z.object({ unchecked: z.literal('jinja2'), message: z.string() }),
]);

function parse(session: HostSession, lines: readonly string[]): StagedCheck {
  const result: StagedCheck = {
    faults: [],
    more: {},
    packages: [],
    checked: {},
    user: '',
    lost: [],
    special: [],
    heeds: [],
    runsPython: false,
    searchPath: '',
    crashed: [],
  };
  let shell: Fault | null = null;
  for (const line of lines) {
    if (line.startsWith('{')) {
      addProgramLine(result, session, line);
      continue;
    }
    const at = line.indexOf(' ');
    const [record, rest] = at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    if (record === 'user') result.user = rest;
    else if (record === 'unreadable') result.unreadable = rest;
    else if (record === 'closed') result.closed = rest;
    else if (record === 'lost') result.lost.push(rest);
    else if (record === 'special') result.special.push(rest);
    else if (record === 'heeds') result.heeds.push(rest);
    else if (record === 'python') result.python = rest === 'none' ? null : rest;
    else if (record === 'runs') result.runsPython = true;
    else if (record === 'node') result.node = rest === 'none' ? null : rest;
    else if (record === 'path') result.searchPath = rest;
    else if (record === 'command') result.command = rest === 'none' ? null : rest;
    else if (record === 'crashed') result.crashed.push(rest);
    else if (record === 'shell') {
      shell = { id: 'shell.syntax', file: rest, line: 0, column: 0, message: '', text: '' };
      result.faults.push(shell);
    } else if (record === 'said' && shell) {
      shell.message = rest.replace(/^[^:]*: (line )?(\d+: )?/, '');
    } else if (record === 'text' && shell) {
      shell.line = Number.parseInt(rest, 10);
      shell.text = rest.replace(/^\d+ /, '');
    } else throw malformed(session, 'check-staged', line);
  }
  return result;
}

function addProgramLine(result: StagedCheck, session: HostSession, line: string): void {
  let said: z.infer<typeof programLine>;
  try {
    said = programLine.parse(JSON.parse(line));
  } catch {
    throw malformed(session, 'check-staged', line);
  }
  if ('id' in said) result.faults.push(said);
  else if ('missing' in said) result.packages.push(said);
  else if ('more' in said) result.more[said.more] = (result.more[said.more] ?? 0) + said.count;
  else if ('checked' in said) {
    for (const [kind, count] of Object.entries(said.checked))
      result.checked[kind] = (result.checked[kind] ?? 0) + count;
  } else result.jinja2Missing = said.message;
}
