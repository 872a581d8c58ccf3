import { Readable } from 'node:stream';
import type { ManifestEntry } from '../../domain/manifest.js';
import { tarHeader, tarPadding } from './tar-header.js';

/** Files up to this size are read whole, some of them ahead of their turn: else most of the time goes by in opening them. */
const smallBytes = 256 * 1024;
const filesAhead = 16;
/** A few large pieces are faster over SSH than a header, a content and a padding for each file. */
const pieceBytes = 256 * 1024;

type Read = (entry: ManifestEntry) => AsyncIterable<Buffer>;

/**
 * A tar stream of some entries of an artifact, in their order; symlinks as links. It breaks with the error of `read`.
 * @param onBytes called with the bytes of content that went since the last call.
 */
export function tarOf(
  entries: readonly ManifestEntry[],
  read: Read,
  onBytes: (bytes: number) => void,
): Readable {
  return Readable.from(inPieces(blocksOf(entries, read, onBytes)), { objectMode: false });
}

async function* inPieces(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    held.push(block);
    bytes += block.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(held, bytes);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held, bytes);
}

async function* blocksOf(
  entries: readonly ManifestEntry[],
  read: Read,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  const ahead: (Promise<Buffer> | null)[] = [];
  for (const [turn, entry] of entries.entries()) {
    ahead.push(...entries.slice(turn + ahead.length, turn + filesAhead).map((next) => contentOf(next, read)));
    yield tarHeader(entry);
    if (entry.target !== undefined) {
      void ahead.shift();
      continue;
    }
    const content = await ahead.shift();
    let sent = 0;
    for await (const part of content ? [content] : read(entry)) {
      yield part;
      onBytes(part.length);
      sent += part.length;
    }
    if (sent !== entry.size)
      throw new Error(`${entry.path}: expected ${entry.size} bytes as the manifest says, ${sent} came`);
    yield tarPadding(sent);
  }
  // The end: two empty blocks.
  yield Buffer.alloc(1024);
}

/** The content of a small file; null for what is not read ahead. */
function contentOf(entry: ManifestEntry, read: Read): Promise<Buffer> | null {
  if (entry.target !== undefined || entry.size > smallBytes) return null;
  const content = wholeOf(read(entry));
  // It is told when its turn comes.
  content.catch(() => undefined);
  return content;
}

async function wholeOf(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all);
}
