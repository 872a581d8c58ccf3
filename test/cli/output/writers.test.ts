import { expect, it } from 'vitest';
import { writers } from '../../../src/cli/terminal/io.js';
import { paints } from '../../../src/cli/terminal/paint.js';

function written(env: NodeJS.ProcessEnv, write: (io: ReturnType<typeof writers>) => void): string {
  let text = '';
  const add = (more: string) => void (text += more);
  write(writers(add, add, env));
  return text;
}

it('keeps belay’s own colours, and shows those of a server', () => {
  const { red, bold } = paints(true);
  const shown = written({}, (io) => io.stderr(bold(`a ${red('b \u001b[31mc')} \u001b]8;;http://x\u0007d`)));
  expect(shown).toBe('\u001b[1ma \u001b[31mb \\u001b[31mc\u001b[39m \\u001b]8;;http://x\\u0007d\u001b[22m');
});

it('lets everything through the raw channel', () => {
  expect(written({}, (io) => io.raw.stdout('\u001b[2J'))).toBe('\u001b[2J');
});

it('lets no server’s line command a pipeline', () => {
  const text = 'x\n  ::error::forged\n##[error]forged ##vso[task.complete]\n';
  expect(written({ GITHUB_ACTIONS: 'true' }, (io) => io.stderr(text))).toBe(
    'x\n  \\u003a:error::forged\n#\\u0023[error]forged #\\u0023vso[task.complete]\n',
  );
  expect(written({}, (io) => io.stderr(text))).toBe(text);
});
