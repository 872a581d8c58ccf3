import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a program is found on PATH: its absolute path, or undefined. */
export function onPath(program: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * Runs a local program with a deadline.
 * @returns its standard output, trimmed, at most 1 MB.
 * @throws with its last words where it cannot be executed, exits other than 0, or takes longer than `timeoutMs`.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { timeoutMs, env = process.env }: { timeoutMs: number; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { execa } = await import('execa');
  const ended = await execa(command, args, {
    env,
    stdin: 'ignore',
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    maxBuffer: 1024 * 1024,
    reject: false,
  });
  if (!ended.failed) return ended.stdout.trim();
  const words = ended.stderr.trim() || ended.stdout.trim();
  throw new Error(words ? `${ended.shortMessage}: ${words.slice(-2000)}` : ended.shortMessage, {
    cause: ended.cause,
  });
}
