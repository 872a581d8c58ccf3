import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/error.js';
import { parseConfig } from '../../src/config/load.js';

function channels(yaml: string) {
  const text = `app: words\nhosts: [web1]\npath: /srv/words\nrun: gunicorn -b {bind} app:app\nnotify:\n${yaml}`;
  return parseConfig(text, 'belay.yml').environments.get('production')?.app.notify;
}

function problems(yaml: string): string[] {
  try {
    channels(yaml);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

const every = ['approval', 'outcome', 'rollback', 'alert'];

describe('notify', () => {
  test('names every kind of channel, with secrets only by reference', () => {
    expect(
      channels(`  - webhook: { url: https://hooks.example.test/x, secret_file: /etc/belay/secret }
  - slack: { url_env: SLACK_URL }
    on: [alert]
  - feishu: { url_file: ~/.feishu, secret_env: FS }
  - dingtalk: { url_env: DT }
  - name: ops
    email: { smtp: mail.example.test:587, from: a@example.test, to: [b@example.test], user: a, password_env: PW }
  - email: { smtp: mail.example.test:465, from: a@example.test, to: [b@example.test] }
`),
    ).toEqual([
      {
        name: 'webhook',
        on: every,
        to: {
          kind: 'webhook',
          url: { plain: 'https://hooks.example.test/x' },
          secret: { file: '/etc/belay/secret' },
        },
      },
      { name: 'slack', on: ['alert'], to: { kind: 'slack', url: { env: 'SLACK_URL' } } },
      {
        name: 'feishu',
        on: every,
        to: { kind: 'feishu', url: { file: '~/.feishu' }, secret: { env: 'FS' } },
      },
      { name: 'dingtalk', on: every, to: { kind: 'dingtalk', url: { env: 'DT' } } },
      {
        name: 'ops',
        on: every,
        to: {
          kind: 'email',
          smtp: 'mail.example.test:587',
          from: 'a@example.test',
          to: ['b@example.test'],
          user: 'a',
          password: { env: 'PW' },
          tls: 'required',
        },
      },
      {
        name: 'email',
        on: every,
        to: {
          kind: 'email',
          smtp: 'mail.example.test:465',
          from: 'a@example.test',
          to: ['b@example.test'],
          tls: 'implicit',
        },
      },
    ]);
  });

  test.each([
    [
      '  - slack: { url: https://hooks.slack.example/T0/B0/x }',
      /^6: unknown key url in notify\[0\]\.slack; known are url_env, url_file$/,
    ],
    ['  - slack: {}', /^6: notify\[0\]\.slack: expected exactly one of url_env, url_file; got a map$/],
    ['  - feishu: { url_env: A, url_file: /b }', /expected exactly one of url_env, url_file/],
    [
      '  - webhook: { url: https://x.example.test/, secret_env: A, secret_file: /b }',
      /expected only one of secret_env, secret_file/,
    ],
    ['  - webhook: { url: "https://kim:pw@x.example.test/" }', /without user and password/],
    [
      '  - { on: [alert] }',
      /^6: notify\[0\]: expected exactly one of webhook, slack, feishu, dingtalk, email; got a map$/,
    ],
    [
      '  - slack: { url_env: A }\n    on: [alerts]',
      /^7: notify\[0\]\.on\[0\]: expected one of approval, outcome, rollback, alert; got "alerts"$/,
    ],
    [
      '  - slack: { url_env: A }\n  - slack: { url_env: B }',
      /^7: notify\[1\]: expected a name that no other channel has, not slack twice/,
    ],
    [
      '  - email: { smtp: mail.example.test, from: a@b.test, to: [c@d.test] }',
      /expected host:port such as mail\.example\.test:587/,
    ],
    ['  - slak: { url_env: A }', /^6: unknown key slak in notify\[0\]; did you mean slack\?$/m],
  ])('%s is an error that says what was expected', (yaml, message) => {
    expect(problems(`${yaml}\n`).join('\n')).toMatch(new RegExp(message.source, 'm'));
  });
});
