/** Whether a path is a folder or lies in it; both absolute and without a trailing slash. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Whether a text names a path or something below it; `/srv/words2` and `/mnt/srv/words` do not name `/srv/words`. */
export function namesPath(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + path.length] ?? ' ';
    if (!/[\w./-]/.test(before) && !/[\w.-]/.test(after)) return true;
    // belay's folder beside it is as much the app's.
    if (!/[\w./-]/.test(before) && text.startsWith('.belay', at + path.length)) return true;
  }
  return false;
}

/** Whether a line of cron's runs when the host starts. */
export function isAtReboot(line: string): boolean {
  return /^\s*@reboot\b/.test(line);
}

/** Whether a text holds a number that is this port, for whatever purpose. */
export function namesPort(text: string, port: number): boolean {
  return new RegExp(`(?<![\\w.])${port}(?![\\w.])`).test(text);
}

/**
 * Whether a command line would listen on a port: `-b 127.0.0.1:9999`, `--port=9999`, `PORT=9999`, `runserver 9999`.
 * A URL or a health check that only calls the port does not.
 */
export function listensOn(text: string, port: number): boolean {
  const option =
    '(?:-[bpl]|--(?:bind|port|listen|http|https|http-socket|socket|addr|address|host)|runserver|\\bPORT)';
  return new RegExp(`(?<![\\w-])${option}[=\\s]*["']?(?:[\\w.*[\\]-]*:)*${port}(?!\\d)`).test(text);
}

const servers =
  /(?<![\w-])(?:gunicorn|uvicorn|hypercorn|daphne|waitress-serve|uwsgi|puma|unicorn|thin|forever|nodemon|pm2|supervisorctl)(?![\w-])/;
const launchers =
  /(?<![\w-])(?:systemctl|service)\s+(?:\S+\s+)?(?:re)?start|(?<![\w-])(?:nohup|setsid|flask\s+run|runserver|(?:npm|yarn|pnpm)\s+(?:run\s+)?start)(?![\w-])/;
const runners =
  /(?<![\w-])(?:python[\d.]*|node)\s+(?:-\S+\s+)*\S*(?:app|server|main|wsgi|index|run)\.(?:py|[cm]?js)\b/;
const scripts =
  /(?:^|[\s/'"])[\w.-]*(?:start|restart|run|serve|watchdog|keep-?alive|respawn)[\w.-]*(?:\.(?:sh|bash|py|js))?(?=$|[\s'";&|)])/;

/** Whether a command line is that of a worker, which takes jobs rather than requests. */
export function isWorker(command: string): boolean {
  return /(?<![a-z])(?:celery|rq|sidekiq|resque|dramatiq|huey|workers?|beat|scheduler|consumer|backup|cleanup|clean|rotate|logrotate)(?![a-z])/i.test(
    command,
  );
}

/** Whether a command line (of a cron job, of a unit that runs to its end) would start a server, or restart one. */
export function startsServer(command: string, run: string): boolean {
  const acts = command
    .split(/&&|\|\||[;|&\n](?!>)/)
    .filter((part) => !onlyHandlesFiles.test(part))
    .join(' ; ');
  return acts.trim() !== '' && starts(acts, run);
}

/** A command that is given files, and runs none of them: `touch tmp/restart.txt`. */
const onlyHandlesFiles =
  /^[\s({!]*(?:\w+=\S*\s+)*(?:(?:sudo|nice|ionice|nohup|env)\s+(?:-\S+\s+)*)*(?:\S*\/)?(?:touch|rm|mkdir|ls|cat|head|tail|stat|chmod|chown|cp|mv|ln|tar|gzip|zip|rsync|find|grep|awk|sed|wc|du|df|echo|printf|test|\[|logger|logrotate|kill|pkill|sleep|cd|wget|curl)(?:\s|$)/;

function starts(command: string, run: string): boolean {
  const program = (run.trim().split(/\s+/)[0] ?? '').replace(/^\.\//, '');
  const isOwn = (word: string) => word === program || word.endsWith(`/${program}`);
  const telling = program !== '' && !/^(?:\S*\/)?(?:python[\d.]*|node|sh|bash|env|exec)$/.test(program);
  if (telling && command.split(/[\s'"();&|]+/).some(isOwn)) return true;
  return [servers, launchers, runners, scripts].some((pattern) => pattern.test(command));
}
