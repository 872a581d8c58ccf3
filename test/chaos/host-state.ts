import type { SandboxServer } from '../../src/sandbox/index.js';
import { stateOnHost } from '../host/state.js';

/** What belay has on the host, by the host's own word. */
export interface HostState {
  /** The lines of `owner`; empty where there is none. */
  owner: Record<string, string>;
  /** Where the app's path leads; null where it is a directory. */
  link: string | null;
  /** Outcome in each release's release.json, where its tree is there too. */
  releases: Record<string, string | null>;
  /** Number → op → exit status; empty where it has none. */
  journal: Record<string, Record<string, string>>;
  /** Whether nobody holds the lock. */
  unlocked: boolean;
  /** Files that a step needs only while it runs. */
  temporary: string[];
  /** Units, timers and mounts that name belay. */
  units: string[];
  mounts: string[];
}

/** Reads it off the server. */
export async function readHostState(server: SandboxServer): Promise<HostState> {
  const { code, stdout, stderr } = await server.exec(`python3 - <<'END'\n${script}\nEND`);
  if (code !== 0) throw new Error(`the host's state could not be read: ${stderr}`);
  return JSON.parse(stdout) as HostState;
}

const script = String.raw`
import fcntl, json, os, pathlib, re, subprocess

base = pathlib.Path('${stateOnHost('/srv/words')}')

def out(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()

def text(path):
    return path.read_text() if path.exists() else ''

def outcome(release):
    found = re.search(r'"outcome"\s*:\s*"(\w+)"', text(release / 'release.json'))
    return found and found.group(1)

def unlocked():
    if not (base / 'lock').exists():
        return True
    with open(base / 'lock') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False

def folders(path):
    return sorted(path.iterdir()) if path.is_dir() else []

journal = {}
for number in folders(base / 'journal') + folders(pathlib.Path(f'/run/belay{base}/journal')):
    ops = journal.setdefault(number.name, {})
    ops.update({op.name: text(op / 'exit').strip() for op in folders(number)})

names = ['*.new', '*.part', '*.tail', 'link.tmp', 'link.back', 'rehearsal', 'staging.*', '.*.belay', '*.before']
match = ' -o '.join(f"-name '{name}'" for name in names)
skip = r"-path '*/tree' -prune -o -path '*/journal' -prune -o"
where = f'/srv/words.belay {base} /etc/systemd/system /run/systemd/transient /etc/cron.d /var/spool/cron'
temporary = out('sh', '-c', rf"find {where} {skip} \( {match} \) -print 2>/dev/null").split('\n')
temporary += [str(path) for path in pathlib.Path('/tmp').glob('tmp.*')]
units = out('systemctl', 'list-units', '--all', '--plain', '--no-legend').split('\n')
units += out('systemctl', 'list-timers', '--all', '--plain', '--no-legend').split('\n')
link = pathlib.Path('/srv/words')
print(json.dumps({
    'owner': dict(line.split('=', 1) for line in text(base / 'owner').split('\n') if '=' in line),
    'link': os.readlink(link) if link.is_symlink() else None,
    'releases': {release.name: outcome(release) for release in folders(base / 'releases')
                 if pathlib.Path('/srv/words.belay/releases', release.name).is_dir()},
    'journal': journal,
    'unlocked': unlocked(),
    'temporary': [path for path in temporary if path],
    'units': [re.sub(r'\s+', ' ', unit) for unit in units if 'belay' in unit],
    'mounts': [line.split()[1] for line in open('/proc/mounts')],
}))
`.trim();
