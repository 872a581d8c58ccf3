import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Facts } from '../../../src/domain/facts/facts.js';
import { factsOf, readFacts } from '../../../src/host/facts/read.js';
import { loadFile } from '../../../src/host/scripts.js';
import { temporaryFolder } from '../../temporary.js';
import { LocalSession } from '../local-session.js';

/**
 * Of a process its user chooses the name, the folder and the names of its sockets, line breaks and all: none of them says
 * anything of another process.
 */
describe.skipIf(process.getuid?.() !== 0)(
  'what a hostile user names so that it reads as a line of its own',
  () => {
    let path: string;
    let hostile: ChildProcess;
    let other: ChildProcess;
    let victim: number;
    let port: number;
    let facts: Facts;

    beforeAll(async () => {
      const folder = await temporaryFolder();
      await chmod(folder, 0o777);
      path = join(folder, 'app');
      await mkdir(path);
      other = spawn('sleep', ['600'], { cwd: '/' });
      victim = other.pid ?? 0;
      // As nobody only from within: the python3 here may be one that only root reaches.
      hostile = spawn('python3', ['-c', forger, folder, path, String(victim)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await once(hostile.stdout ?? hostile, 'data')) as [Buffer];
      port = Number(said.toString());
      facts = await readFacts(new LocalSession(), { path, unit: 'belay-x.service', port });
    });
    afterAll(() => {
      for (const each of [hostile, other]) each.kill('SIGKILL');
    });

    test('a folder: no other process works in the app’s', () => {
      expect(facts.processes.filter(({ cwd }) => cwd.startsWith(path))).toEqual([]);
    });

    test('a process’s name: its listener is its own', () => {
      const [listener, ...more] = facts.listeners.filter((one) => one.port === port);
      expect(more).toEqual([]);
      // Its child has it too.
      expect(listener?.pids).toContain(hostile.pid);
      expect(listener?.pids).toHaveLength(2);
      expect(listener?.pids).not.toContain(victim);
    });

    test('a socket’s name: no other process listens at the app’s', () => {
      expect(facts.listeners.filter((listener) => listener.path === `${path}/s`)).toEqual([]);
    });

    test('a process’s name: no other process descends from it', async () => {
      const code = `${await loadFile('lib/common.sh')}\n${await loadFile('lib/processes.sh')}\nfamily "$1"`;
      const { stdout } = await promisify(execFile)('sh', ['-c', code, 'sh', String(hostile.pid)]);
      const pids = stdout
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[0]));
      expect(pids).toContain(hostile.pid);
      expect(pids.length).toBe(2);
      expect(pids).not.toContain(victim);
    });
  },
);

test('2,000 listeners and 500 processes are no more than is looked at', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  const many = spawn('python3', ['-c', crowd], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(many.stdout, 'data');
  const facts = await readFacts(new LocalSession(), { path: folder, unit: 'belay-x.service' });
  many.kill('SIGTERM');
  expect(facts.incomplete).toBeUndefined();
  expect(facts.listeners.filter(({ pids }) => pids.includes(many.pid ?? 0)).length).toBe(2000);
  expect(facts.processes.filter(({ cwd }) => cwd === folder).length).toBe(501);
});

const crowd = `import os, resource, signal, socket, time

resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
children = []
for _ in range(500):
    child = os.fork()
    if child == 0:
        signal.pause()
    children.append(child)
listeners = [socket.create_server(('127.0.0.1', 0)) for _ in range(2000)]


def end(*_):
    for child in children:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
print('ready', flush=True)
signal.pause()
`;

test('a list of pm2’s that was cut, and one that is too long, are told', () => {
  const list = (count: number) => JSON.stringify({ entries: Array.from({ length: count }, () => ({})) });
  const sections = [
    `/home/ann/.pm2\n/usr/bin/pm2\n${list(301)}`,
    `/h\n/p\n{"entries":[${'{},'.repeat(180_000)}`,
  ].map((body) => ({ name: 'pm2', rest: '7 ann', body }));
  expect(factsOf(sections, { path: '/srv/x', unit: 'belay-x.service' }).incomplete).toEqual([
    { fact: 'pm2', why: '301 entries of ann’s; 300 are looked at' },
    { fact: 'pm2', why: 'of ann more than 524200 bytes' },
  ]);
});

test('lists that were cut are told', () => {
  const body = 'processes\t512 listen; 400 are looked at\nnothing\tof the kind\n';
  const sections = [{ name: 'incomplete', rest: '', body }];
  expect(factsOf(sections, { path: '/srv/x', unit: 'belay-x.service' }).incomplete).toEqual([
    { fact: 'processes', why: '512 listen; 400 are looked at' },
  ]);
});

/** Prints the port at which it listens. Arguments: a folder of its own, the app's path, another's pid. */
const forger = `import ctypes, os, socket, sys, time

folder, path, victim = sys.argv[1:]
os.setgroups([])
os.setgid(65534)
os.setuid(65534)


def call_me(name):
    ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)


# A folder of this name, in folders of its own: a line break, then what is said of the other process.
where = folder + '/x\\n/proc/' + victim + ' ' + path
os.makedirs(where)
os.chdir(where)

listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen()
call_me('",pid=' + victim[:6] + ',fd=')

# A socket at a path of three lines, of which the second is one of ss's. Short, as a socket's name has 108 bytes.
said = 'a 1 * 0\\nu_str LISTEN 0 5 ' + path + '/s 1 * 0 users:(("x",pid=' + victim + ',fd=3))\\nb'
os.chdir(folder)
os.makedirs(os.path.dirname(said))
named = socket.socket(socket.AF_UNIX)
named.bind(said)
named.listen()
os.chdir(where)

if os.fork() == 0:
    # It ends with its parent.
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
    call_me('\\n' + victim + ' (a) S ')
    time.sleep(600)
print(listener.getsockname()[1], flush=True)
time.sleep(600)
`;
