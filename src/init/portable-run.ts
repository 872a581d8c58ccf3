import { unshown } from '../domain/secrets/values.js';
import { literalPattern } from '../domain/text/pattern.js';

/** A start command that was read off a server, and where it was started. */
export interface ReadCommand {
  argv: readonly string[];
  cwd: string;
  /** The ports and sockets that it listens on. */
  ports: readonly number[];
  sockets: readonly string[];
}

/**
 * A command as it can stand in `run`: what changes from release to release, and from rehearsal to service, taken out.
 * The address becomes {bind}, {port} or {socket}; paths into the app's folder become relative; what sends the process
 * into the background, or names a file of its pid, is left out.
 *
 * @returns null where the command cannot be told from what was read: the process rewrote it, or a secret in it was
 * blanked out
 */
export function portableRun({ argv, cwd, ports, sockets }: ReadCommand): string | null {
  const words = wordsOf(argv);
  if (words === null || words.some((word) => word.includes(unshown))) return null;
  const inFolder = program(words, cwd);
  const name = serverName(inFolder);
  const kept = withoutBackground(inFolder, name);
  const addressed = kept.map((word, index) => address(word, kept[index - 1] ?? '', { ports, sockets }));
  return withAddress(addressed, name).map(quoted).join(' ');
}

/** A process title is one argument with blanks, `node /srv/words/server.js`; some tell nothing of the command. */
function wordsOf(argv: readonly string[]): string[] | null {
  const [first = '', ...rest] = argv;
  if (rest.length > 0) return [first, ...rest];
  if (first === '' || /[:[\]()]/.test(first)) return null;
  return first.split(/\s+/);
}

const interpreter = /^(?:.*\/)?(?:python[\d.]*|node|nodejs|ruby|perl|bash|sh|dash)$/;
const systemBin = /^\/(?:usr\/(?:local\/)?)?s?bin\//;

/** The program and its arguments as seen from the app's folder, without the interpreter of a console script. */
function program(words: readonly string[], cwd: string): string[] {
  const [first = '', second = '', ...rest] = words;
  const script = interpreter.test(first) && /\/s?bin\/[^/.]+$/.test(second);
  const all = script ? [second, ...rest] : [...words];
  return all.map((word, index) => {
    const environment = new RegExp(`^${literalPattern(cwd)}/(?:\\.venv|venv|node_modules/\\.bin)/`);
    // belay's PATH for a release begins with these.
    if (index === 0 && (systemBin.test(word) || environment.test(word)))
      return word.split('/').at(-1) ?? word;
    if (word.startsWith(`${cwd}/`)) {
      const inside = word.slice(cwd.length + 1);
      return index === 0 && !inside.includes('/') ? `./${inside}` : inside;
    }
    return word;
  });
}

function serverName(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  const at = interpreter.test(first) ? rest.indexOf('-m') : -1;
  return (at >= 0 ? rest[at + 1] : first)?.split('/').at(-1) ?? first;
}

function withoutBackground(words: readonly string[], name: string): string[] {
  const alone = new Set(['--daemon', '--daemonize', '&', ...(name === 'gunicorn' ? ['-D'] : [])]);
  const withValue = new Set(name === 'gunicorn' ? ['-p', '--pid'] : ['--pid', '--pidfile']);
  return words.filter((word, index) => {
    const before = words[index - 1] ?? '';
    return (
      !alone.has(word) && !withValue.has(word) && !withValue.has(before) && !/^--pid(?:file)?=/.test(word)
    );
  });
}

/** One word, with the address that it holds taken out. */
function address(
  word: string,
  before: string,
  { ports, sockets }: Pick<ReadCommand, 'ports' | 'sockets'>,
): string {
  for (const socket of sockets) {
    if (word === socket) return '{socket}';
    const named = word.replace(`unix://${socket}`, '{bind}').replace(`unix:${socket}`, '{bind}');
    if (named !== word) return named;
    if (word.endsWith(`=${socket}`)) return word.replace(socket, '{socket}');
  }
  for (const port of ports) {
    const host = '(?:\\[[0-9a-fA-F:]*\\]|[\\w.*-]*)';
    const both = new RegExp(`(^|=|-b)${host}:${port}$`);
    if (both.test(word)) return word.replace(both, '$1{bind}');
    if (word === String(port)) return '{port}';
    const alone = new RegExp(`^(--?[\\w.-]*port=|-p|[A-Z_]*PORT=)${port}$`);
    if (alone.test(word)) return word.replace(alone, '$1{port}');
  }
  // nginx stands on the same host.
  if (/^(?:0\.0\.0\.0|::|\*)$/.test(word) && /^(?:--host|--hostname|--address|-H|--bind)$/.test(before))
    return '127.0.0.1';
  return word.replace(/^(--host(?:name)?=)(?:0\.0\.0\.0|::)$/, '$1127.0.0.1');
}

/** Servers that listen on a port of their own where no option names one; a file of settings may have named it. */
function withAddress(words: readonly string[], name: string): string[] {
  if (words.some((word) => /\{(?:bind|port|socket)\}/.test(word))) return [...words];
  if (name === 'gunicorn' || name === 'hypercorn')
    return [...words.slice(0, after(words)), '-b', '{bind}', ...words.slice(after(words))];
  if (name === 'uvicorn') return [...words, '--host', '127.0.0.1', '--port', '{port}'];
  return [...words];
}

/** Where the server's own options begin: behind `gunicorn`, or behind `python3 -m gunicorn`. */
function after(words: readonly string[]): number {
  const module = words.indexOf('-m');
  return module === 1 ? 3 : 1;
}

/** For sh, where it is needed; placeholders stay bare. */
function quoted(word: string): string {
  return /^[\w@%+=:,./{}~-]+$/.test(word) && !word.startsWith('~')
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}
