import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** A folder of this run, and an environment in which belay keeps everything there. */
export function workshop() {
  const folder = mkdtempSync(join(tmpdir(), 'belay-bench-'));
  const env = { ...process.env, BELAY_STATE_DIR: join(folder, 'state'), NO_COLOR: '1' };
  // The sandbox module reads its state folder from this process's own environment.
  process.env.BELAY_STATE_DIR = env.BELAY_STATE_DIR;
  return { folder, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs belay. @returns its exit code, output and how long it took, in seconds */
export function belay(args, options) {
  return timed(process.execPath, [main, ...args], options);
}

/**
 * Writes the belay.yml of an app on host `bench`, at /srv/<app>, which is measured without rehearsal and approval.
 * @param differing what is not as usual, as belay.yml's own lines
 * @returns its path
 */
export function layConfig(source, app, differing = {}) {
  const settings = {
    app,
    hosts: '[bench]',
    path: `/srv/${app}`,
    user: 'www-data',
    site: `${app}.example.test`,
    approval: 'automatic',
    rehearse: false,
    soak: 0,
    acknowledge: '{ nginx.no-https: "a measurement" }',
    ...differing,
  };
  mkdirSync(source, { recursive: true });
  const config = join(source, 'belay.yml');
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}\n`);
  writeFileSync(config, lines.join(''));
  return config;
}

/** Runs a script on a sandbox server, which has to succeed. @returns what it printed */
export async function must(server, script) {
  const { code, stdout, stderr } = await server.exec(`set -eu\n${script}`);
  if (code !== 0) throw new Error(`${server.name}: ${stderr}`);
  return stdout;
}

/** Runs a program to its end. */
export function timed(file, args, { env, cwd, expected = [0] } = {}) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      const seconds = (performance.now() - began) / 1000;
      if (expected.includes(code)) resolve({ code, stdout, stderr, seconds });
      else reject(new Error(`${file} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`));
    });
  });
}

/** Feeds a script to a shell on a host, as a deploying script would. */
export function ssh(sshConfig, name, script) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', ['-F', sshConfig, name, 'sh', '-s'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve((performance.now() - began) / 1000)
        : reject(new Error(`the script on ${name} ended with ${code}`)),
    );
    child.stdin.end(script);
  });
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function row(what, ...cells) {
  console.log(`${what.padEnd(58)} ${cells.join('  ')}`);
}

export const s = (seconds) => `${seconds.toFixed(2)} s`;
