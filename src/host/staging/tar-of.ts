import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import type { ManifestEntry } from '../../domain/manifest.js';

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
  const stream = pack();
  // Whoever reads is told by the reading; without a listener it would end the worker.
  stream.on('error', () => undefined);
  void fill(stream, entries, read, onBytes).catch((error: unknown) => stream.destroy(error as Error));
  return Readable.from(inPieces(stream), { objectMode: false });
}

async function* inPieces(stream: Pack): AsyncGenerator<Buffer, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      held.push(chunk);
      bytes += chunk.length;
      if (bytes < pieceBytes) continue;
      yield Buffer.concat(held, bytes);
      held = [];
      bytes = 0;
    }
    if (bytes > 0) yield Buffer.concat(held, bytes);
  } finally {
    stream.destroy();
  }
}

async function fill(
  stream: Pack,
  entries: readonly ManifestEntry[],
  read: Read,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const ahead: (Promise<Buffer> | null)[] = [];
  for (const [turn, entry] of entries.entries()) {
    ahead.push(...entries.slice(turn + ahead.length, turn + filesAhead).map((next) => contentOf(next, read)));
    const content = await ahead.shift();
    await (content ? addWhole(stream, entry, content) : addByParts(stream, entry, read, onBytes));
    if (content) onBytes(content.length);
  }
  stream.finalize();
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

function addWhole(stream: Pack, entry: ManifestEntry, content: Buffer): Promise<void> {
  return settled((done) => stream.entry(header(entry), content, done));
}

function addByParts(
  stream: Pack,
  entry: ManifestEntry,
  read: Read,
  onBytes: (bytes: number) => void,
): Promise<void> {
  return settled((done) => {
    const sink = stream.entry(header(entry), done);
    if (entry.target !== undefined) return;
    const source = Readable.from(read(entry), { objectMode: false });
    source.on('error', done).on('data', (chunk: Buffer) => onBytes(chunk.length));
    sink.on('error', done).on('close', () => source.destroy());
    source.pipe(sink);
  });
}

function header({ path, size, mode, target }: ManifestEntry): Parameters<Pack['entry']>[0] {
  if (target !== undefined) return { name: path, type: 'symlink', linkname: target };
  return { name: path, size, mode: Number.parseInt(mode, 8) };
}

function settled(begin: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => begin((error) => (error ? reject(error) : resolve())));
}
