import { spawn } from 'node:child_process';
import { exitCodes } from '../../domain/runbook/outcome.js';
import type { Io } from '../terminal/io.js';
import { UserError } from '../terminal/user-error.js';

const limitMs = 600_000;

/**
 * Runs the commands of a key of belay.yml on this machine, one after the other; their output goes to stderr.
 * @param key `checks.local`, `build.local`
 * @throws UserError where one fails or takes more than 10 minutes: nothing was started
 */
export async function runHere(
  key: string,
  commands: readonly string[],
  folder: string,
  io: Io,
): Promise<void> {
  for (const command of commands) {
    io.stderr(`${io.colors.stderr.dim(key.replace(/s?\..*/, ''))} ${command}\n`);
    const end = await runShell(command, folder, io);
    if (end === 'exit status 0') continue;
    throw new UserError(
      `${key}: ${command}: expected exit status 0, got ${end}, in ${folder}; nothing was deployed`,
      exitCodes.refused,
    );
  }
}

function runShell(command: string, cwd: string, io: Io): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => io.stderr(text));
    }
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code === null ? `the end by ${signal ?? 'a signal'}` : `exit status ${code}`),
    );
  });
}
