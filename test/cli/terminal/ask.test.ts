import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/cli/terminal/ask.js';

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  const interrupt = () => interrupts.push('Ctrl-C');
  const interrupts: string[] = [];
  return { input, output, interrupt, interrupts };
}

describe('ask', () => {
  it('shows the question and returns the line', async () => {
    const there = terminal();
    const answer = ask('Deploy? ', undefined, there);
    there.input.write('yes\n');
    expect(await answer).toBe('yes');
    expect(String(there.output.read())).toContain('Deploy? ');
  });

  it('ends without an answer where the input ends', async () => {
    const there = terminal();
    const answer = ask('Deploy? ', undefined, there);
    there.input.end();
    expect(await answer).toBeUndefined();
  });

  it('ends without an answer where somebody else has answered', async () => {
    const elsewhere = new AbortController();
    const answer = ask('Deploy? ', elsewhere.signal, terminal());
    elsewhere.abort();
    expect(await answer).toBeUndefined();
    expect(await ask('Deploy? ', elsewhere.signal, terminal())).toBeUndefined();
  });
});
