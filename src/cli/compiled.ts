import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** What was made so long ago may be of an earlier belay, or of another Node; else it is made again. */
const keptMs = 30 * 24 * 60 * 60 * 1000;
const digestBytes = 32;

export interface Bundle {
  /** A file, nothing but ASCII: `(function (require, importMetaUrl, importOfMain) {…})`. */
  path: string;
  /** Of its content; the build knows it. */
  digest: string;
}

/**
 * Runs a bundle, and keeps what V8 compiled of it for the next run of the same command. V8 itself refuses what another version of
 * it, or one with other flags, has compiled, but of the source it looks at the length only: hence the name says which file
 * it is of. What is damaged, or what another user could have written, is not used.
 * @param cache a folder of things that can be made again. @param command whose functions are kept: each uses others
 */
export function runCompiled({ path, digest }: Bundle, cache: string, command: string): void {
  const source = readFileSync(path, 'latin1');
  const { size, mtimeMs } = statSync(path);
  const folder = join(cache, 'compiled');
  const identity = [digest, size, mtimeMs, process.version, process.arch].join(' ');
  const file = join(folder, `${sha256(Buffer.from(identity)).toString('hex').slice(0, 32)}-${command}`);
  const cachedData = read(file);
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.once('exit', () => keep(folder, file, script));
  const main = script.runInThisContext() as (
    require: NodeJS.Require,
    importMetaUrl: string,
    importOfMain: (url: string) => Promise<unknown>,
  ) => void;
  // What V8 takes from a cache has no import() of its own.
  main(createRequire(path), pathToFileURL(path).href, (url) => import(url));
}

function read(file: string): Buffer | undefined {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    const { uid, mode } = fstatSync(opened);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return undefined;
    const content = readFileSync(opened);
    const data = content.subarray(digestBytes);
    return sha256(data).equals(content.subarray(0, digestBytes)) ? data : undefined;
  } catch {
    return undefined;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** A cache that cannot be written is none; the command has been carried out. */
function keep(folder: string, file: string, script: Script): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeUnused(folder);
    const data = script.createCachedData();
    writeFileSync(draft, Buffer.concat([sha256(data), data]), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A draft is removed as what nobody uses.
  }
}

function removeUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > keptMs) rmSync(path);
  }
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
