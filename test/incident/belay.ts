import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { Outcome } from '../../src/cli/output/schema.js';
import { environmentOf } from '../../src/sandbox/environment.js';
import type { SandboxServer } from '../../src/sandbox/index.js';

const main = 'dist/cli/main.js';

/** What a person or a program that calls belay gets. */
export interface Called {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Calls the built command line. Its servers, database and worker live where BELAY_STATE_DIR says.
 * @param server which it can reach
 */
export async function belay(args: string[], server?: SandboxServer): Promise<Called> {
  if (!existsSync(main)) throw new Error(`expected ${main}; build it: npm run build`);
  const env = { ...(server && environmentOf(server)), NO_COLOR: '1' };
  const run = await execa(process.execPath, [main, ...args], { env, reject: false, timeout: 170_000 });
  return { code: run.exitCode ?? -1, stdout: run.stdout, stderr: run.stderr };
}

/** Deploys with the plan approved, and gives the outcome that it printed. */
export async function deploy(config: string, server: SandboxServer): Promise<Called & { outcome: Outcome }> {
  const called = await belay(['deploy', '--yes', '--json', '--config', config], server);
  try {
    return { ...called, outcome: JSON.parse(called.stdout) as Outcome };
  } catch (cause) {
    const said = `exit ${called.code}\n${called.stdout}\n${called.stderr}`;
    throw new Error(`expected one JSON object on stdout of belay deploy: ${said}`, { cause });
  }
}
