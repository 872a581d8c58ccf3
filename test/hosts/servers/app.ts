import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Versions of the app of these tests: `broken` answers 500, but not while it is rehearsed. */
export interface Version {
  number: number;
  broken?: boolean;
}

/** In Python, for gunicorn: `app:app`. */
export function pythonApp({ number, broken = false }: Version): string {
  return `import os

status = '500 Broken' if ${broken ? "not os.environ.get('BELAY_REHEARSAL')" : 'False'} else '200 OK'


def app(environ, start_response):
    start_response(status, [('Content-Type', 'text/plain')])
    return [b'version ${number}\\n']
`;
}

/** In JavaScript: listens at PORT, or at the socket that its argument names; GREETING goes with the version. */
export function nodeApp({ number, broken = false }: Version): string {
  return `const status = ${broken ? 'process.env.BELAY_REHEARSAL ? 200 : 500' : '200'};
require('http')
  .createServer((request, response) => response.writeHead(status).end('version ${number}' + (process.env.GREETING || '')))
  .listen(process.argv[2] || Number(process.env.PORT), '127.0.0.1');
`;
}

/** In Python, alone: `python3 app.py PORT`. From its sixth answer on, more than a verification asks for, it leaks. */
export const leakingApp = `import http.server, sys, threading, time

answers = 0
kept = []


def leak():
    while True:
        kept.append(bytearray(10_000_000))
        time.sleep(0.02)


class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global answers
        answers += 1
        if answers == 6:
            threading.Thread(target=leak, daemon=True).start()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'leaking')


http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), App).serve_forever()
`;

/** A folder with a version of the app and its belay.yml, as a person has it. */
export class Project {
  private constructor(readonly folder: string) {}

  static async make(settings: Record<string, unknown>): Promise<Project> {
    const project = new Project(await mkdtemp(join(tmpdir(), 'belay-servers-')));
    const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    await writeFile(project.config, lines.join(''));
    await writeFile(join(project.folder, '.belayignore'), 'belay.yml\n.belayignore\n');
    return project;
  }

  get config(): string {
    return join(this.folder, 'belay.yml');
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
