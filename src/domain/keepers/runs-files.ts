import { isWithin, namesPath } from './touches.js';

/**
 * Whether a command runs files of one of the folders: it names one of them, or it was started there and what it runs has
 * no other folder. That it was started there says nothing by itself: pm2's entries keep the folder that somebody typed in.
 */
export function runsFilesOf(command: readonly string[], cwd: string, folders: readonly string[]): boolean {
  if (command.some((word) => folders.some((folder) => namesPath(word, folder)))) return true;
  return folders.some((folder) => isWithin(cwd, folder)) && runsFromHere(command);
}

const interpreters = /^(?:python[\d.]*|pypy\d?|node|nodejs|ruby|perl|php[\d.]*|java|deno|bun|tsx|ts-node)$/;
const shells = /^(?:ba|da|z|k)?sh$/;
const wrappers = /^(?:env|exec|nohup|setsid|nice|ionice|time|timeout|sudo|runuser|stdbuf|authbind)$/;
/** They load what they serve from the folder that they are started in. */
const loaders =
  /^(?:gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|uwsgi|flask|django-admin|celery|puma|unicorn|thin|rackup|rails|bundle|npm|npx|pnpm|yarn|next|nuxt|nodemon|forever|serve|http-server|streamlit)\d?$/;
const takesValue = /^(?:-r|--require|--import|--loader|-W|-X)$/;
const script = /^[^/].*\.(?:py|[cm]?[jt]sx?|rb|ru|php|sh|pl|jar|lua|phar)$/;
const moduleOf = /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(.*\))?$/;

function runsFromHere(given: readonly string[]): boolean {
  // A title, as pm2 gives what it starts: `node /opt/shop/server.js`, all of it one word.
  const command = given.length === 1 ? (given[0] ?? '').split(/\s+/) : given;
  if (leadsElsewhere(command)) return false;
  const words = command.filter((word) => !/^[A-Za-z_]\w*=/.test(word));
  const at = words.findIndex((word) => !wrappers.test(nameOf(word)) && !word.startsWith('-'));
  if (at === -1) return false;
  const [program = '', ...rest] = words.slice(at);
  const name = nameOf(program);
  if (shells.test(name) && rest[0]?.startsWith('-') === true) {
    return (rest[1] ?? '')
      .split(/[;&|()]+/)
      .some((part) => runsFromHere(part.split(/[\s'"]+/).filter((word) => word !== '')));
  }
  if (rest.some((word) => moduleOf.test(word)) || loaders.test(name)) return true;
  if (!interpreters.test(name) && !shells.test(name))
    return program.includes('/') && !program.startsWith('/');
  const subject = rest.find(
    (word, index) => !word.startsWith('-') && !takesValue.test(rest[index - 1] ?? ''),
  );
  if (subject === undefined || rest[0] === '-m' || /^php/.test(name))
    return subject?.startsWith('/') !== true;
  return !subject.startsWith('/')
    ? script.test(subject) || !subject.includes(':')
    : loaders.test(nameOf(subject));
}

/** Whether an option names another folder to run from. */
function leadsElsewhere(command: readonly string[]): boolean {
  return command.some((word, index) => {
    const option = /^(?:--(?:chdir|app-dir|prefix|cwd|directory|pythonpath)|-C)(=|$)/.exec(word);
    if (option === null) return false;
    const value = option[1] === '=' ? word.slice(option[0].length) : command[index + 1];
    return value?.startsWith('/') === true;
  });
}

/** `/usr/bin/gunicorn` and `gunicorn: master [app:app]` are both gunicorn. */
function nameOf(word: string): string {
  return (word.split(/[: ]/)[0] ?? '').split('/').at(-1) ?? '';
}
