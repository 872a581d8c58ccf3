import type { Doubt, ProcessFacts, SystemFacts } from '../../domain/facts/facts.js';
import { wholeNumber, type Section } from './sections.js';

const limit = 100;

/** Sections `doubts`, whose lines are `what TAB pid TAB why TAB user`. */
export function doubtFacts(sections: readonly Section[]): { doubts?: Doubt[] } {
  const doubts = sections
    .filter(({ name }) => name === 'doubts')
    .flatMap(({ body }) => body.split('\n'))
    .flatMap((line): Doubt[] => {
      const [what = '', pid, why = '', user = ''] = line.split('\t');
      if (!isDaemon(what)) return [];
      return [
        { what, pid: wholeNumber(pid) ?? 0, user: user.trim(), why: why.replace(/;$/, '').slice(0, 500) },
      ];
    })
    .slice(0, limit);
  return doubts.length === 0 ? {} : { doubts };
}

/** The processes without those that say they are nginx's master and are of a user as whom belay does not run. */
export function believable(
  processes: readonly ProcessFacts[],
  { root, user: own }: SystemFacts,
): ProcessFacts[] {
  return processes.filter(
    ({ user, command }) =>
      command[0]?.startsWith('nginx: master process') !== true || user === 'root' || (!root && user === own),
  );
}

function isDaemon(what: string): what is Doubt['what'] {
  return ['nginx', 'pm2', 'supervisord', 'PATH'].includes(what);
}
