import { execa } from 'execa';

/**
 * Runs git in a folder, whatever GIT_… variables whoever called belay has (those of a hook lead elsewhere).
 * @returns what it printed, without the last line break. @throws Error where it fails, with what it said.
 */
export async function git(folder: string, args: readonly string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  // Without optional locks, looking never gets in the way of a git command that runs at the same time.
  const { stdout } = await execa('git', ['--no-optional-locks', '-C', folder, ...args], {
    env,
    extendEnv: false,
    timeout: 300_000,
    stdin: 'ignore',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
