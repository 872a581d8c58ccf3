import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.js';
import { ConfigError } from '../../src/config/error.js';

const four = 'app: words\nhosts: [web1]\npath: /srv/words\nkind: files\n';

function problem(more: string): string {
  try {
    parseConfig(four + more, 'belay.yml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('kind: files', () => {
  it('needs no run, and nothing is asked of a listener', () => {
    const app = parseConfig(four, 'belay.yml').environments.get('production')?.app;
    expect(app).toMatchObject({ kind: 'files', run: '', rehearse: false, detour: false });
    expect(app?.verify.internal).toEqual([]);
  });

  it.each([
    ['run: node server.js', 'belay.yml:5:6: run: expected no run beside kind: files, of which nothing runs'],
    ['manager: systemd', 'manager: expected no manager beside kind: files'],
    ['unit: words.service', 'unit: expected no unit beside kind: files'],
    [
      'port: 9999',
      'port: expected no port beside kind: files: nginx serves the files itself; site names the server',
    ],
    ['rehearse: true', 'rehearse: expected no rehearse beside kind: files: nothing is stopped or started'],
    ['strategy: detour', 'strategy: expected no strategy beside kind: files'],
    [
      'verify: { internal: [/] }',
      'verify.internal: expected verify.external, with the page as a visitor asks for it',
    ],
    [
      'hooks: { before: [x] }',
      'hooks.before: expected hooks.release, which runs before path leads to the new files',
    ],
  ])('%s is an error that says what to write instead', (line, expected) => {
    expect(problem(line)).toContain(expected);
  });

  it('is the only kind', () => {
    expect(problem('').length).toBe(0);
    expect(() => parseConfig(four.replace('files', 'php'), 'belay.yml')).toThrow(
      /kind: expected files; an app with a process/,
    );
  });
});
