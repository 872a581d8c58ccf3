import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nginxFacts } from '../../src/host/facts/nginx/nginx.js';
import type { NginxFacts } from '../../src/domain/facts/facts.js';

/** nginx of this machine, in a folder of its own. */
export interface RealNginx {
  facts: NginxFacts;
  /** What `nginx -t` says on stderr. */
  said: string;
  /** @returns the status */
  ask(question: Question): Promise<number>;
  end(): Promise<void>;
}

export interface Question {
  name: string;
  address: string;
  port: number;
  path: string;
}

/** Whether nginx is there. */
export function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts nginx with a configuration.
 *
 * @param files further files, by a path relative to the folder
 * @throws Error with nginx's own words where it refuses the configuration
 */
export async function startNginx(
  folder: string,
  http: string,
  files: Record<string, string> = {},
): Promise<RealNginx> {
  const main = join(folder, 'nginx.conf');
  mkdirSync(join(folder, 'logs'), { recursive: true });
  for (const [name, text] of Object.entries({ ...files, 'nginx.conf': mainFile(folder, http) })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const options = ['-p', folder, '-c', main, '-e', join(folder, 'logs/error.log')];
  const said = check(options);
  const dump = execFileSync('nginx', ['-T', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e8,
  });
  const child = spawn('nginx', options, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const real: RealNginx = {
    facts: factsOf(dump.toString(), said),
    said,
    ask,
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
  await ready(join(folder, 'ready.sock'));
  return real;
}

/** As belay reads it off a host. */
function factsOf(dump: string, said = ''): NginxFacts {
  const sections = [
    { name: 'nginx-version', rest: '', body: 'nginx version: nginx/1.22.1' },
    { name: 'nginx-config', rest: '', body: dump },
    { name: 'nginx-warnings', rest: '', body: said },
  ];
  const facts = nginxFacts(sections, [], { booted: 0, now: 0, clockTicks: 100 }, []);
  if (facts === null) throw new Error('no nginx');
  return { ...facts, running: true };
}

function mainFile(folder: string, http: string): string {
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 4096; }
http {
  access_log off; server_names_hash_bucket_size 128; variables_hash_max_size 8192; map_hash_bucket_size 256;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/temp-${one};`).join(' ')}
  server { listen unix:${folder}/ready.sock; return 204; }
${http}
}
`;
}

function check(options: string[]): string {
  const script = 'exec nginx -t "$@" 2>&1';
  try {
    return execFileSync('sh', ['-c', script, 'sh', ...options], { encoding: 'utf8' });
  } catch (error) {
    throw new Error(`nginx refuses it: ${String((error as { stdout?: string }).stdout)}`, { cause: error });
  }
}

async function ready(socketPath: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const status = await answer({ socketPath, path: '/' }).catch(() => 0);
    if (status === 204) return;
    await sleep(20);
  }
  throw new Error('nginx did not begin to listen');
}

function ask({ name, address, port, path }: Question): Promise<number> {
  const host = port === 80 ? name : `${name}:${port}`;
  return answer({ host: address, port, path, headers: { host, connection: 'close' }, agent: false });
}

function answer(options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (came) => {
      came.resume();
      came.once('end', () => resolve(came.statusCode ?? 0)).once('error', reject);
    });
    asked.setTimeout(10_000, () => asked.destroy(new Error('no answer within 10 s')));
    asked.once('error', reject).end();
  });
}
