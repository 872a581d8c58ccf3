import type { Pm2Entry, Pm2Facts } from '../../../domain/facts/facts.js';
import { shownArguments } from '../../../domain/secrets/command.js';
import { firstOf, wholeNumber, type Incomplete, type Section, type Unreadable } from '../sections.js';

/** What each living pm2 daemon keeps: a section `pm2 <pid> <user>` with its home, its command and pm2-list.cjs's JSON. */
export function pm2Facts(
  sections: readonly Section[],
  unreadable: Unreadable,
  incomplete: Incomplete = [],
): Pm2Facts[] {
  return sections.flatMap(({ name, rest, body }): Pm2Facts[] => {
    if (name !== 'pm2') return [];
    const [pid, user = ''] = rest.split(' ');
    const [home = '', command = '', ...json] = body.split('\n');
    try {
      const answer = JSON.parse(json.join('\n')) as {
        error?: string;
        entries?: unknown;
        dumpMatches?: unknown;
      };
      if (!Array.isArray(answer.entries)) throw new Error(answer.error ?? 'no list came');
      return [
        {
          user,
          home,
          daemonPid: wholeNumber(pid) ?? 0,
          command,
          entries: firstOf(answer.entries, mostEntries, 'pm2', incomplete, ` entries of ${user}’s`).map(
            entry,
          ),
          dumpMatches: answer.dumpMatches === true,
        },
      ];
    } catch (error) {
      // What is no whole list because it was cut.
      if (body.length >= mostBytes)
        incomplete.push({ fact: 'pm2', why: `of ${user} more than ${mostBytes} bytes` });
      const why = `the daemon ${pid ?? ''} of ${user} (${home}) could not be asked: ${(error as Error).message}`;
      unreadable.push({ fact: 'pm2', why: why.slice(0, 500) });
      return [];
    }
  });
}

// As many bytes as inspect.sh takes of a daemon, without the last.
const mostBytes = 524_200;
const mostEntries = 300;

function entry(item: unknown): Pm2Entry {
  const values = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  const text = (key: string) => (typeof values[key] === 'string' ? values[key] : '');
  const number = (key: string) => (typeof values[key] === 'number' ? values[key] : 0);
  const texts = (key: string) => {
    const value = values[key];
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  };
  const args = texts('args');
  const nodeArgs = shownArguments(['node', ...texts('nodeArgs')]).slice(1);
  const settings = [
    ...texts('settings').slice(0, 30),
    ...(nodeArgs.length === 0 ? [] : [`node_args ${nodeArgs.join(' ')}`.slice(0, 500)]),
  ];
  return {
    id: number('id'),
    name: text('name'),
    status: text('status'),
    pid: number('pid'),
    script: text('script'),
    args: shownArguments([text('script'), ...args]).slice(1),
    cwd: text('cwd'),
    mode: values.mode === 'cluster' ? 'cluster' : 'fork',
    restarts: number('restarts'),
    ...(text('cronRestart') === '' ? {} : { cronRestart: text('cronRestart') }),
    ...(text('port') === '' ? {} : { port: text('port') }),
    ...(number('startedAt') > 0 ? { startedAt: number('startedAt') } : {}),
    ...(typeof values.saved === 'boolean' ? { saved: values.saved } : {}),
    ...(Array.isArray(values.logs) ? { logs: texts('logs').slice(0, 2) } : {}),
    ...(settings.length === 0 ? {} : { settings }),
  };
}
