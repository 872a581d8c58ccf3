import type { SandboxServer } from '../../src/sandbox/index.js';

/** What is on the incident's server that a deployment could touch, or must not. */
export interface ServerStatus {
  /** The master among the processes that listen on nginx's port. */
  app: {
    pid: number;
    started: string;
    argv: string[];
    cwd: string;
    user: string;
    env: Record<string, string>;
  } | null;
  pm2: { name: string; status: string }[];
  /** States in pm2's saved dump. */
  pm2Saved: { name: string; status: string }[];
  crontab: string[];
  /** enabled, disabled …; active, inactive … */
  words: { enabled: string; active: string };
  unit: { enabled: string; active: string };
  port3000: boolean;
  /** The innocent site: its process and its answer. */
  other: { pid: number; started: string; page: string };
  nginx: { pid: number; started: string; configuration: string };
  path: { kind: 'directory' | 'symlink'; files: string[]; visits: number; secrets: string };
  /** Processes that name belay in their arguments, folder or cgroup. */
  belay: string[];
}

/** Reads it off the server. */
export async function readStatus(server: SandboxServer): Promise<ServerStatus> {
  const { code, stdout, stderr } = await server.exec(`python3 - <<'END'\n${script}\nEND`);
  if (code !== 0) throw new Error(`the server's state could not be read: ${stderr}`);
  return JSON.parse(stdout) as ServerStatus;
}

const script = String.raw`
import json, os, pathlib, pwd, re, sqlite3, subprocess, hashlib

def out(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()

def read(pid, name):
    try:
        return pathlib.Path(f'/proc/{pid}/{name}').read_bytes()
    except OSError:
        return b''

def link(pid, name):
    try:
        return os.readlink(f'/proc/{pid}/{name}')
    except OSError:
        return ''

def words(data):
    return [part.decode(errors='replace') for part in data.split(b'\0') if part]

def started(pid):
    return read(pid, 'stat').decode().rpartition(')')[2].split()[19] if pid else ''

def listeners(port):
    return sorted({int(pid) for pid in re.findall(r'pid=(\d+)', out('ss', '-Hltnp', f'sport = :{port}'))})

def process(pid):
    return {
        'pid': pid, 'started': started(pid), 'argv': words(read(pid, 'cmdline')), 'cwd': link(pid, 'cwd'),
        'user': pwd.getpwuid(os.stat(f'/proc/{pid}').st_uid).pw_name,
        'env': dict(pair.split('=', 1) for pair in words(read(pid, 'environ')) if '=' in pair),
    }

def parent(pid):
    return int(read(pid, 'stat').decode().rpartition(')')[2].split()[1])

def master(pids):
    return next((pid for pid in pids if parent(pid) not in pids), None)

def unit(name):
    return {'enabled': out('systemctl', 'is-enabled', name), 'active': out('systemctl', 'is-active', name)}

def main_pid(name):
    return int(out('systemctl', 'show', '-p', 'MainPID', '--value', name) or 0)

def entries(text):
    return [{'name': e['name'], 'status': e.get('status') or e['pm2_env']['status']} for e in json.loads(text or '[]')]

def visits():
    with sqlite3.connect('/srv/words/data/visits.db') as database:
        return database.execute('SELECT count(*) FROM visits').fetchone()[0]

own = set()
pid = os.getpid()
while pid > 1:
    own.add(pid)
    pid = parent(pid)

belay = []
for name in filter(str.isdigit, os.listdir('/proc')):
    if int(name) in own:
        continue
    texts = [' '.join(words(read(name, 'cmdline'))), read(name, 'cgroup').decode()]
    # Whoever started pm2's daemon did so in the folder that is adopted now, and its name does not matter to it.
    if not texts[0].startswith('PM2 '):
        texts.append(link(name, 'cwd'))
    if any('belay' in text for text in texts):
        belay.append(f'{name} {texts[0]}')

app = master(listeners(9999))
nginx = int(pathlib.Path('/run/nginx.pid').read_text())
other = main_pid('other.service')
site = pathlib.Path('/srv/words')
dump = pathlib.Path('/root/.pm2/dump.pm2')
print(json.dumps({
    'app': process(app) if app else None,
    'pm2': entries(out('pm2', 'jlist')),
    'pm2Saved': entries(dump.read_text() if dump.exists() else ''),
    'crontab': out('crontab', '-l').split('\n'),
    'words': unit('words.service'),
    'unit': unit('belay-word-counter.service'),
    'port3000': bool(listeners(3000)),
    'other': {'pid': other, 'started': started(other),
              'page': out('curl', '-sk', '--resolve', 'other.example.test:443:127.0.0.1', 'https://other.example.test/')},
    'nginx': {'pid': nginx, 'started': started(nginx), 'configuration': hashlib.sha256(out('nginx', '-T').encode()).hexdigest()},
    'path': {'kind': 'symlink' if site.is_symlink() else 'directory',
             'files': sorted(str(f.relative_to(site)) for f in site.rglob('*') if '__pycache__' not in f.parts),
             'visits': visits(), 'secrets': (site / '.env').read_text().strip()},
    'belay': belay,
}))
`.trim();
