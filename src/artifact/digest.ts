import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Bytes up to which a file is read in one piece: a stream costs more than it saves there. */
const wholeUpTo = 4 * 1024 * 1024;
/** Bytes up to which it is read at once: opening it through the thread pool takes many times as long as reading it. */
const atOnceUpTo = 256 * 1024;

/** Lower-case hex sha256 of a text (as UTF-8) or of bytes. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Digest and bytes of a file as it is now; `size` is what lstat said of it. */
export async function digestFile(path: string, size: number): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks(path, size)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), size: bytes };
}

/** A file's content is not what it was when its digest was taken. */
export class DigestMismatch extends Error {
  override name = 'DigestMismatch';
}

/**
 * A file's bytes. One of up to 4 MiB is checked before any of it is given out, a larger one by its end.
 * @throws DigestMismatch
 */
export async function* readChecked(
  path: string,
  expected: { sha256: string; size: number },
): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256');
  const check = () => {
    if (hash.digest('hex') !== expected.sha256) {
      throw new DigestMismatch(`${path} does not have the digest ${expected.sha256}`);
    }
  };
  const whole = expected.size <= wholeUpTo;
  for await (const chunk of chunks(path, expected.size)) {
    hash.update(chunk);
    if (whole) check();
    if (chunk.length > 0) yield chunk;
  }
  if (!whole) check();
}

async function* chunks(path: string, size: number): AsyncGenerator<Buffer, void> {
  if (size <= atOnceUpTo) {
    yield readFileSync(path);
  } else if (size <= wholeUpTo) {
    yield await readFile(path);
  } else {
    yield* createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  }
}
