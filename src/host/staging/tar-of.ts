import { Readable } from 'node:stream';
import type { ManifestEntry } from '../../domain/app/manifest.js';
import { tarHeader, tarPadding } from './tar-header.js';

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
  for (const entry of entries) {
    yield tarHeader(entry);
    if (entry.target !== undefined) continue;
    let sent = 0;
    for await (const part of read(entry)) {
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
