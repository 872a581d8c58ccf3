import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// In src and, where the build copies them, in dist; from the bundle of the command line too, which lies in dist/cli.
const folder = new URL('../host/scripts/', import.meta.url);

const files = new Map<string, Promise<string>>();

/**
 * The text of a file that runs on hosts.
 *
 * @param file its whole name: `probe.py`
 * @throws where belay's installation lacks it
 */
export function loadFile(file: string): Promise<string> {
  let text = files.get(file);
  if (text === undefined) {
    text = readFile(new URL(file, folder), 'utf8').catch((cause: unknown) => {
      files.delete(file);
      throw new Error(
        `belay's own script ${file} is missing from ${fileURLToPath(folder)}: install belay again`,
        { cause },
      );
    });
    files.set(file, text);
  }
  return text;
}

/** A program that talks to pm2's daemons, such as `pm2-list.cjs`, with what it does so by before it. */
export async function loadPm2(file: string): Promise<string> {
  return (await Promise.all(['pm2-wire.cjs', file].map(loadFile))).join('\n');
}

/** The whole text of scripts/<name>.sh: before it common.sh, root-path.sh and the files that its comment `# belay:with a.sh b.sh` names. */
export async function loadScript(name: string): Promise<string> {
  const own = await loadFile(`${name}.sh`);
  const shared = /^# belay:with (.+)$/m.exec(own)?.[1]?.split(' ') ?? [];
  const before = await Promise.all(['common.sh', 'root-path.sh', ...shared].map(loadFile));
  return [...before, own].join('\n');
}
