import type { AppOnHost } from '../../app/app.js';
import type { Facts, Sleeper } from '../../facts/facts.js';
import { pm2Starters } from '../pm2-home.js';
import { isAtReboot } from '../touches.js';
import { releaseKeeper } from './of-app.js';

/** What a keeper that is down would start. */
export interface Asleep {
  /** What it is, as the subject of a sentence, and what to do where it shall not come up. */
  words: (sleeper: Sleeper) => [what: string, remedy: string];
  /** What the living daemon has is dealt with as that. */
  isAwake: (sleeper: Sleeper, facts: Facts) => boolean;
  /** What keeps the release by belay.yml is seen to by that. */
  isOwn: (sleeper: Sleeper, app: AppOnHost) => boolean;
  /** What starts it with the host. */
  starters: (sleeper: Sleeper, facts: Facts) => string[];
}

export const asleep: Readonly<Record<Sleeper['keeper'], Asleep>> = {
  pm2: {
    words: ({ name, file, user = '' }) => [
      `${name}, which pm2 of ${user} has saved,`,
      `As ${user} on the host: \`pm2 cleardump\` where ${file} holds nothing else that shall come back; else take ${name} out of that file. Then plan again.`,
    ],
    isAwake: ({ file, name }, { pm2 }) =>
      pm2.some(({ home, entries }) => home === homeOf(file) && entries.some((entry) => entry.name === name)),
    isOwn: ({ file, user = '', name }, app) =>
      releaseKeeper(app).keeps({ kind: 'pm2', home: homeOf(file), name, id: 0, user, command: '' }),
    starters: ({ user = '' }, facts) => pm2Starters(facts, user),
  },
  supervisor: {
    words: ({ name, file }) => [
      `Supervisor program ${name}, whose supervisord is down,`,
      `Write \`autostart=false\` into [program:${name}] of ${file}, or take the section out; or, where supervisord shall keep the app, \`systemctl start supervisor\`. Then plan again.`,
    ],
    isAwake: () => false,
    isOwn: ({ name }, app) => app.program?.split(':')[0] === name,
    starters: ({ startedBy = [] }, { cron }) => {
      const lines = cron.filter(
        ({ text, command }) => isAtReboot(text) && /(?<![\w-])supervisord(?![\w.-])/.test(command),
      );
      return [...startedBy, ...lines.map(({ source, line }) => `line ${line} of ${source}`)];
    },
  },
};

function homeOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}
