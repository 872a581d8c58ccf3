import { expect, test } from 'vitest';
import { variablesOf } from '../../../src/host/facts/variables.js';

test.each([
  ['of its own', ['DATABASE_URL', 'http_proxy', 'WORDS_MODE'], ['DATABASE_URL', 'WORDS_MODE', 'http_proxy']],
  ['of a login', ['HOME', 'SHLVL', 'SSH_CONNECTION', 'XDG_RUNTIME_DIR', 'LANG'], []],
  ['of supervisord', ['SUPERVISOR_ENABLED', 'SUPERVISOR_PROCESS_NAME', 'SUPERVISOR_SERVER_URL'], []],
  [
    'of a terminal',
    ['PS1', 'TMUX', 'TMUX_PANE', 'STY', 'COLORTERM', 'LESSOPEN', 'HISTSIZE', 'VIRTUAL_ENV'],
    [],
  ],
  [
    'of a name that only begins so',
    ['PS10', 'HISTORY', 'STYLE', 'WINDOWS'],
    ['HISTORY', 'PS10', 'STYLE', 'WINDOWS'],
  ],
])('variables %s', (_, names, said) => {
  const sections = [{ name: 'variables', rest: '7', body: names.map((name) => `${name}\n`).join('') }];
  expect(variablesOf(7, sections).variables).toEqual(said);
});
