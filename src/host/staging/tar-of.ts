import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { ManifestEntry } from '../../domain/manifest.js';

/**
 * A tar stream of some entries of an artifact, in their order; symlinks as links. It breaks with the error of `read`.
 * @param onBytes called with the bytes of content that went since the last call.
 */
export function tarOf(
  entries: readonly ManifestEntry[],
  read: (entry: ManifestEntry) => Readable,
  onBytes: (bytes: number) => void,
): Readable {
  const stream = pack();
  void fill().catch((error: unknown) => stream.destroy(error as Error));
  // Whoever reads is told by the reading; without a listener it would end the worker.
  stream.on('error', () => undefined);
  // tar-stream's own kind of stream is none of Node's; ended early from this side, it is destroyed with it.
  return Readable.from(stream, { objectMode: false });

  async function fill(): Promise<void> {
    for (const entry of entries) await add(entry);
    stream.finalize();
  }

  function add(entry: ManifestEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (entry.target !== undefined) {
        stream.entry({ name: entry.path, type: 'symlink', linkname: entry.target }, done);
        return;
      }
      const sink = stream.entry(
        { name: entry.path, size: entry.size, mode: Number.parseInt(entry.mode, 8) },
        done,
      );
      const source = read(entry);
      source.on('error', reject).on('data', (chunk: Buffer) => onBytes(chunk.length));
      sink.on('error', reject).on('close', () => source.destroy());
      source.pipe(sink);
    });
  }
}
