import type { App } from '../../domain/app/app.js';
import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import type { MissingPackage, StagedCheck } from './run-check-staged.js';

const shown = 20;

/**
 * Packages that the release declares and will not find. Nothing is refused where that is not certain: where `build` may
 * bring them, where the start command may come to another Python, where a bundler may have taken them in.
 */
export function judgePackages(host: string, app: Pick<App, 'build' | 'env'>, check: StagedCheck): Finding[] {
  const of = (by: MissingPackage['by']) => check.packages.filter((each) => each.by === by);
  const built = app.build.length > 0;
  const python = of('python');
  const [used, unused] = [
    of('node').filter((each) => !each.unused),
    of('node').filter((each) => each.unused),
  ];
  const [, interpreter = 'python3'] = /^\S+ (.*)$/.exec(check.python ?? '') ?? [];
  const findsMore = (name: string) => Object.hasOwn(app.env, name);
  return [
    ...finding(host, python, {
      where: `for ${interpreter}`,
      certain: !built && check.runsPython && !findsMore('PYTHONPATH'),
      built,
      remedy: inVenv(interpreter)
        ? 'In belay.yml, `build: [.venv/bin/pip install -r requirements.txt]`, with the venv’s own name.'
        : `On the host, \`${interpreter} -m pip install ${names(python).join(' ')}\` or your system’s packages; or in belay.yml, \`build: [python3 -m venv .venv, .venv/bin/pip install -r requirements.txt]\`.`,
    }),
    ...finding(host, used, {
      where: 'in a node_modules of the release',
      certain: !built && !findsMore('NODE_PATH'),
      built,
      remedy: 'In belay.yml, `build: [npm ci]`; or take what is not needed out of package.json.',
    }),
    ...finding(host, unused, {
      where: 'in a node_modules of the release, and no file of it names them',
      certain: false,
      built,
      remedy: 'Nothing, where they are bundled; otherwise, in belay.yml, `build: [npm ci]`.',
    }),
  ];
}

interface Judged {
  where: string;
  /** Whether the release cannot do without. */
  certain: boolean;
  built: boolean;
  remedy: string;
}

function finding(host: string, packages: MissingPackage[], judged: Judged): Finding[] {
  if (packages.length === 0) return [];
  const lines = packages.slice(0, shown).map(({ file, line, text }) => `${file}:${line}: ${text.trim()}`);
  const more = packages.length > shown ? [`and ${packages.length - shown} more`] : [];
  const files = [...new Set(packages.map(({ file }) => file))].join(', ');
  const list = names(packages);
  const those = `${list.slice(0, 5).join(', ')}${list.length > 5 ? ` and ${list.length - 5} more` : ''}`;
  const said = {
    host,
    message: `${files} declares what is not installed ${judged.where}: ${those}${judged.built ? '; `build` has to bring it' : ''}.`,
    evidence: [...lines, ...more].join('\n'),
    remedy: judged.built ? `Nothing, where \`build\` installs it. ${judged.remedy}` : judged.remedy,
  };
  return [makeFinding('deps.missing', said, judged.certain ? 'block' : 'warn')];
}

function names(packages: readonly MissingPackage[]): string[] {
  return [...new Set(packages.map(({ missing }) => missing))];
}

function inVenv(interpreter: string): boolean {
  return !/^\/(usr|bin|opt\/python)/.test(interpreter);
}
