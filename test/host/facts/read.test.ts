import { expect, it } from 'vitest';
import { readFacts } from '../../../src/host/facts/read.js';
import type { Completed, HostSession } from '../../../src/host/types.js';
import { told } from '../told.js';

const subject = { path: '/srv/words', unit: 'belay-words.service' };

function session(answer: (nonce: string) => Partial<Completed>): HostSession {
  return {
    alias: 'web1',
    destination: 'root@web1:22',
    run: (_name, args) =>
      Promise.resolve({
        code: 0,
        stdout: '',
        stderr: '',
        truncated: false,
        ...answer(told(args[0])['nonce'] ?? ''),
      }),
    forward: () => Promise.reject(new Error('not asked for')),
  };
}

it('takes half an answer for none, and says how it ended', async () => {
  const half = session((nonce) => ({
    code: 127,
    stdout: `\n${nonce} system \nhostname=a\n`,
    stderr: 'x\nsh: awk: not found\n',
  }));
  await expect(readFacts(half, subject)).rejects.toThrow(
    'web1: the facts did not arrive whole: it ended with exit status 127 (sh: awk: not found). The host needs a POSIX shell, coreutils, awk, sed, grep and find.',
  );
  const endless = session(() => ({ stdout: 'x', truncated: true }));
  await expect(readFacts(endless, subject)).rejects.toThrow('more than 8 MiB came');
});

it('is given no end by content that pretends to be one, because each look has its own mark', async () => {
  const seen: string[] = [];
  const forged = session((nonce) => {
    const old = seen.at(-1) ?? 'none';
    seen.push(nonce);
    return { stdout: `\n${old} end \n` };
  });
  await expect(readFacts(forged, subject)).rejects.toThrow('did not arrive whole');
  await expect(readFacts(forged, subject)).rejects.toThrow('did not arrive whole');
  expect(new Set(seen).size).toBe(2);
});

it('says what could not be read, where nothing came but the end', async () => {
  const bare = session((nonce) => ({ stdout: `\n${nonce} end \n` }));
  const facts = await readFacts(bare, subject);
  expect(facts).toMatchObject({ listeners: [], processes: [], nginx: null, disk: null });
  expect(facts.unreadable.map(({ fact }) => fact)).toEqual(
    expect.arrayContaining(['system.now', 'app.kind', 'listeners', 'disk']),
  );
});
