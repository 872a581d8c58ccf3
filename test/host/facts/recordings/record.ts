import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFacts, type Subject } from '../../../../src/host/facts/read.js';
import type { HostSession } from '../../../../src/host/types.js';
import { kinds, type Kind } from './servers.js';
import { bootDebian, enterBusybox, sandboxServer, type Place } from './places.js';

/** Records test/fixtures/facts anew: every kind of server is made, asked, and taken away. @param only names of recordings */
export async function record(only: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'belay-recordings-'));
  process.env['BELAY_STATE_DIR'] = folder;
  try {
    for (const kind of kinds) {
      if (only.length > 0 && !kind.recordings.some(({ name }) => only.includes(name))) continue;
      await recordKind(kind, folder, only);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recordKind(kind: Kind, folder: string, only: readonly string[]): Promise<void> {
  const place = await placeFor(kind, folder);
  try {
    await place.on(kind.arrange);
    for (const recording of kind.recordings) {
      if (recording.then !== undefined) await place.on(recording.then);
      if (only.length > 0 && !only.includes(recording.name)) continue;
      const text = plain(await printed(await place.session(recording.as, kind.lang), recording));
      await writeFile(new URL(`../../../fixtures/facts/${recording.name}.txt`, import.meta.url), text);
      console.log(`${recording.name}: ${(text.length / 1000).toFixed(0)} kB`);
    }
  } finally {
    await place.end();
  }
}

function placeFor({ of }: Kind, folder: string): Promise<Place> {
  if (of === 'sandbox') return sandboxServer(folder);
  return of === 'busybox' ? enterBusybox(folder) : bootDebian(of, folder);
}

/** What inspect.sh prints there, with NONCE before each section. */
async function printed(session: HostSession, subject: Subject): Promise<string> {
  let text = '';
  const listening: HostSession = {
    alias: session.alias,
    destination: session.destination,
    forward: (to) => session.forward(to),
    async run(script, args, options) {
      const completed = await session.run(script, args, options);
      text = completed.stdout.replaceAll(args[0] ?? '', 'NONCE');
      return completed;
    },
  };
  await readFacts(listening, subject);
  return text;
}

/** Without what tells of the machine that it was recorded on; zero bytes can be seen, as recordedSections has them. */
function plain(text: string): string {
  return text
    .replace(/^kernel=.*$/m, 'kernel=6.1.0')
    .replace(/^memory=.*$/m, 'memory=2000000')
    .replace(/\/process_api\/\w+/g, '/')
    .replace(/\/dev\/vd\w+/g, '/dev/sda1')
    .replace(/^addresses=\S+/m, 'addresses=192.0.2.10')
    .replaceAll('\0', '␀');
}
