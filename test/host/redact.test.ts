import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { redact } from '../../src/domain/secrets/text.js';
import { anyText, fixedSecret, leaksOf, secretOf } from '../domain/secrets/drawn.js';
import { honest, products, shapes } from '../domain/secrets/shapes.js';
import { installApplets } from './applets.js';

// busybox takes its time on a machine that is busy.
vi.setConfig({ testTimeout: 180_000 });

const lib = new URL('../../src/host/scripts/lib/', import.meta.url);
const parts = ['redact-words.sh', 'redact.sh'].map((file) => readFileSync(new URL(file, lib), 'utf8'));
const script = `${parts.join('\n')}\nredact\n`;
const busybox = installApplets();

/** Three lines between two texts: nothing of one has to do with the other. */
const between = '\n~~ ~~\n~~ ~~\n~~ ~~\n';

describe.each([
  ['this machine’s awk', {}],
  ['busybox', { PATH: busybox }],
])('on a host with %s', (_name, env) => {
  const onHost = (texts: readonly string[]) =>
    execFileSync('sh', ['-c', script], {
      input: `${texts.join(between)}\n`,
      env: { ...process.env, ...env },
      maxBuffer: 2 ** 26,
      encoding: 'utf8',
    })
      .slice(0, -1)
      .split(between);

  it('the same is hidden, and the same stays', () => {
    const secrets = [...shapes, ...products].map((shape) => fixedSecret(shape));
    const texts = [
      ...[...shapes, ...products].map(({ text }, index) => text(secrets[index] ?? '')),
      ...honest,
    ];
    const shown = onHost(texts);
    expect(shown).toEqual(texts.map(redact));
    expect(secrets.filter((secret, index) => leaksOf(secret, shown[index] ?? secret).length > 0)).toEqual([]);
  });

  it('whatever the secret is, and whatever the text', () => {
    const drawn = fc
      .constantFrom(...shapes, ...products)
      .chain((shape) => secretOf(shape).map((secret) => shape.text(secret)));
    const texts = fc.sample(fc.oneof(drawn, anyText), 1500);
    const shown = onHost(texts);
    for (const [index, text] of texts.entries())
      expect(shown[index], JSON.stringify(text)).toBe(redact(text));
  });

  it('takes the same time for each part of a long line', () => {
    // The processor's time of what a shell started is the second line of `times`.
    const taken = (text: string) => {
      const said = execFileSync('sh', ['-c', script.replace(/\nredact\n$/, '\nredact >/dev/null; times\n')], {
        input: `${text}\n`,
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      const [minutes = 0, seconds = 0] = (/^(\d+)m([\d.]+)s/.exec(said.split('\n')[1] ?? '') ?? [])
        .slice(1)
        .map(Number);
      return Math.max(0.05, minutes * 60 + seconds);
    };
    // Eight times as long: were it quadratic, it would take 64 times as long.
    for (const part of ['token=null,', '"secret":"', 'x://'])
      expect(taken(part.repeat(4000)) / taken(part.repeat(500)), part).toBeLessThan(32);
  });
});
