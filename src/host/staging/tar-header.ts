import type { ManifestEntry } from '../../domain/app/manifest.js';

const blockBytes = 512;

/**
 * What stands before an entry's content in a tar stream: the ustar header of pax(1), and before it, where a name or a
 * target has no room there, GNU's records `L` and `K` that hold it whole. pax's own records for that would do for GNU's
 * tar alone: busybox's passes them over, and unpacks under a wrong name.
 */
export function tarHeader({ path, size, mode, target }: Omit<ManifestEntry, 'sha256'>): Buffer {
  const name = Buffer.from(path);
  const link = Buffer.from(target ?? '');
  const records = [];
  if (name.length > 100) records.push(longName('L', name));
  if (link.length > 100) records.push(longName('K', link));
  const isLink = target !== undefined;
  records.push(
    header({ name, link, size: isLink ? 0 : size, mode: isLink ? '777' : mode, type: isLink ? '2' : '0' }),
  );
  return Buffer.concat(records);
}

/** What makes a content of so many bytes end with a whole block. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}

function longName(type: 'L' | 'K', text: Buffer): Buffer {
  const content = Buffer.concat([text, Buffer.alloc(1)]);
  const name = Buffer.from('././@LongLink');
  return Buffer.concat([
    header({ name, link: Buffer.alloc(0), size: content.length, mode: '644', type }),
    content,
    tarPadding(content.length),
  ]);
}

interface Fields {
  name: Buffer;
  link: Buffer;
  size: number;
  /** In octal. */
  mode: string;
  type: string;
}

function header({ name, link, size, mode, type }: Fields): Buffer {
  const block = Buffer.alloc(blockBytes);
  name.copy(block, 0, 0, 100);
  block.write(octal(Number.parseInt(mode, 8), 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  writeSize(block, size);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  link.copy(block, 157, 0, 100);
  // GNU's magic, whose last two fields are one: what follows `L` and `K` is its extension.
  block.write('ustar  ', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** In octal where that has room, up to 8 GiB; else GNU's binary form: a first bit that is set, then big-endian. */
function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    block.write(octal(size, 11), 124);
    return;
  }
  block.writeUInt8(0x80, 124);
  block.writeBigUInt64BE(BigInt(size), 128);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
