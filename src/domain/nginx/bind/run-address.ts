import type { App } from '../../app/app.js';
import type { Bind } from '../../app/address.js';
import type { Finder } from '../../findings/finder.js';

/** A start command with an address of its own would listen elsewhere than nginx looks. */
export function checkRun(app: App, bind: Bind | null, find: Finder): void {
  // Somebody's own unit has a command of its own.
  if (bind === null || app.run === '') return;
  if (bind.kind === 'socket') {
    if (/\{(?:bind|socket)\}/.test(app.run) && !app.run.includes('{port}')) return;
    find.report(
      'run.no-socket',
      `nginx reaches the app through the socket ${bind.path}, but \`run\` ${app.run.includes('{port}') ? 'asks for a port' : 'has no {bind} that would be replaced by it'}.`,
      `run: ${app.run}`,
      'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
    );
    return;
  }
  const written = /(?:(?<=[\w.\]*]):|--port[= ]|--bind[= ]|(?<=^|\s)-[bp][= ]?)(\d{2,5})(?![\d.])/.exec(
    app.run,
  )?.[1];
  if (app.run.includes('{socket}')) {
    find.report(
      'run.no-port',
      `\`run\` asks for a socket, but the app has to listen on port ${bind.port}.`,
      `run: ${app.run}\n${bind.from}`,
      'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
    );
    return;
  }
  if (/\{(?:bind|port)\}/.test(app.run) || written === undefined || Number(written) === bind.port) return;
  find.report(
    'port.mismatch',
    `\`run\` has port ${written} written into it, but the app has to listen on ${bind.port}.`,
    `run: ${app.run}\n${bind.from}`,
    'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
  );
}
