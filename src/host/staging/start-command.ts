import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import type { ManifestEntry } from '../../domain/app/manifest.js';

/**
 * The words of a start command, from the program on: variables, `exec` and `env` before it are left away.
 * @returns null where it is more than a simple command, which only a shell could tell apart.
 */
export function commandWords(run: string): string[] | null {
  const bare = run.replace(/"[^"]*"|'[^']*'|\$PORT\b|\$\{PORT\}/g, '');
  if (/[|&;<>()$`\\*?[\]]/.test(bare)) return null;
  const words = [...run.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word) && word !== 'exec' && word !== 'env');
  return first === -1 ? null : words.slice(first);
}

/** Whether Node runs the start command, so that its packages are what the release needs. */
export function startsNode(run: string): boolean {
  const program = (commandWords(run)?.[0] ?? run).replace(/^.*\//, '');
  return /^(node|nodejs|npm|npx|pnpm|yarn|pm2|next|tsx|ts-node|bun)\b/.test(program);
}

const servers = /^(gunicorn|uvicorn|hypercorn|daphne)$/;

/**
 * A module that is named to a Python server, `package.module:app`, and lies neither in the release nor, as far as can
 * be told, in what is installed. Where an option changes the folder it is looked for in, nothing is said.
 */
export function missingModule(run: string, entries: readonly ManifestEntry[], host: string): Finding[] {
  const words = commandWords(run);
  if (words === null || !servers.test((words[0] ?? '').replace(/^.*\//, ''))) return [];
  if (words.some((word) => /^--(chdir|app-dir|pythonpath|factory-dir|config)\b|^-c$/.test(word))) return [];
  const named = words.slice(1).find((word) => /^[A-Za-z_][\w.]*:[A-Za-z_]/.test(word));
  if (named === undefined) return [];

  const module = named.slice(0, named.indexOf(':'));
  const path = module.replaceAll('.', '/');
  const has = (...paths: string[]) => entries.some((entry) => paths.some((each) => entry.path === each));
  if (has(`${path}.py`, `${path}/__init__.py`)) return [];
  const top = path.split('/')[0] ?? path;
  // A package that the source does not have at all may be installed on the host.
  const ours = has(`${top}.py`) || entries.some((entry) => entry.path.startsWith(`${top}/`));
  return [
    makeFinding(
      'app.module',
      {
        host,
        message: `The start command names the module ${module}, and the release has no ${path}.py.`,
        evidence: `run: ${run}`,
        remedy: ours
          ? 'Correct `run` in belay.yml, or bring the module into the source.'
          : 'Correct `run` in belay.yml, unless the module is installed on the host.',
      },
      ours ? 'block' : 'warn',
    ),
  ];
}
