import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { SandboxError } from './error.js';
import { until } from './wait.js';

/** Lays `upper` over `lower`, which is never written to. All paths absolute. */
export async function mountOverlay(at: {
  lower: string;
  upper: string;
  work: string;
  root: string;
}): Promise<void> {
  const layers = `lowerdir=${at.lower},upperdir=${at.upper},workdir=${at.work}`;
  const mount = await execa('mount', ['-t', 'overlay', 'overlay', '-o', layers, at.root], { reject: false });
  if (!mount.failed) return;
  throw new SandboxError(
    `overlayfs could not be mounted at ${at.root}: ${mount.stderr}; ` +
      'where that folder is itself on an overlay, set BELAY_STATE_DIR to one on a disk',
  );
}

/** Unmounts all that is mounted at or below a folder. @throws SandboxError where something stays busy for 10 s */
async function unmountBelow(folder: string): Promise<void> {
  for (const point of await mountedBelow(folder)) {
    const gone = await until(
      async () => {
        await execa('umount', [point], { reject: false });
        return (await mountedBelow(point)).length === 0 ? true : undefined;
      },
      { deadlineMs: 10_000, everyMs: 100 },
    );
    if (!gone) throw new SandboxError(`${point} is still in use: see \`fuser -vm ${point}\`, then try again`);
  }
}

/** Mount points at or below a folder, the innermost first. */
async function mountedBelow(folder: string): Promise<string[]> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return mounts
    .split('\n')
    .map((line) =>
      (line.split(' ')[1] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) => fromOctal(octal)),
    )
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}

function fromOctal(octal: string): string {
  return String.fromCharCode(parseInt(octal, 8));
}

/** Removes a folder and all that is in it, but never what is mounted there. */
export async function removeTree(folder: string): Promise<void> {
  await unmountBelow(folder);
  await execa('rm', ['-rf', '--one-file-system', folder]);
}
