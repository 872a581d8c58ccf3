import type { Version } from '../servers/app.js';

/**
 * In Python, for gunicorn: what is posted to /add goes into SQLite, and is answered once it is there; / and /shop are pages. A
 * broken version's /shop, and it alone, answers 500 once the file data/fail is there.
 */
export function writingApp({ number, broken = false }: Version): string {
  return `import os, sqlite3

broken = ${broken ? 'True' : 'False'}


def store(mark):
    database = sqlite3.connect('data/app.db', timeout=10)
    try:
        with database:
            database.execute('insert into marks values (?)', (mark,))
    finally:
        database.close()


def app(environ, start_response):
    status, text = '200 OK', 'version ${number}'
    if environ['REQUEST_METHOD'] == 'POST':
        mark = environ['QUERY_STRING']
        store(mark)
        text = 'stored ' + mark
    elif broken and environ['PATH_INFO'] == '/shop' and os.path.exists('data/fail'):
        status, text = '500 Broken', 'broken'
    start_response(status, [('Content-Type', 'text/plain')])
    return [text.encode()]
`;
}

/** The same in JavaScript, for pm2’s cluster mode: SQLite is written by a child of each instance. */
export function writingServer({ number, broken = false }: Version): string {
  return `const { spawn } = require('child_process');
const fails = () => ${broken ? "require('fs').existsSync('data/fail')" : 'false'};
const waiting = [];
const store = spawn('python3', ['store.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
let rest = '';
store.stdout.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) waiting.shift()('stored ' + line);
});
const server = require('http').createServer((request, response) => {
  const [path, mark] = request.url.split('?');
  if (request.method === 'POST') {
    waiting.push((text) => response.end(text));
    store.stdin.write(mark + '\\n');
  } else response.writeHead(path === '/shop' && fails() ? 500 : 200).end('version ${number}');
});
server.listen(Number(process.env.PORT), '127.0.0.1');
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    server.close(() => process.exit());
    server.closeIdleConnections();
  });
`;
}

/** Beside writingServer: answers each mark that it reads once that is in the database. */
export const storePy = `import signal, sqlite3, sys

signal.signal(signal.SIGINT, signal.SIG_IGN)
database = sqlite3.connect('data/app.db', timeout=10)
for line in iter(sys.stdin.readline, ''):
    with database:
        database.execute('insert into marks values (?)', (line.strip(),))
    sys.stdout.write(line)
    sys.stdout.flush()
`;
