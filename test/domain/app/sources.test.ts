import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/domain/app/channels.js';
import { sourcesOf, sourcesUsed } from '../../../src/domain/app/sources.js';

const slack: Channel = { name: 'team', on: ['alert'], to: { kind: 'slack', url: { file: '~/slack' } } };
const reach = { alias: 'web1', sshConfig: '/a/config', caFile: '/a/ca.pem' };

describe('what an input names on the worker’s machine', () => {
  it('is its files, and whom it has told of what with which secret', () => {
    const found = sourcesOf({ reach, app: { notify: [slack] } });
    expect(found.map(({ name, what, files }) => [name, what, files])).toEqual([
      ['/a/config', 'an SSH configuration', ['/a/config']],
      ['/a/ca.pem', 'a file of certificate authorities', ['/a/ca.pem']],
      ['team (slack)', 'a channel', ['~/slack']],
    ]);
    expect(sourcesUsed({ reach, app: { notify: [slack] } })).toHaveLength(2);
  });

  it('is another where any of it is: a secret that is known goes to nobody else, and no file is taken for another kind', () => {
    const key = (channel: Channel): string | undefined => sourcesOf({ channel })[0]?.key;
    expect(key({ ...slack, name: 'same', on: [] })).toBe(key(slack));
    const mail = {
      from: 'a@x.test',
      to: ['b@x.test'],
      password: { file: '~/mail' },
      tls: 'off',
      kind: 'email',
    } as const;
    const [own, his] = ['mail.test:25', 'his.test:25'].map((smtp) => ({ ...slack, to: { smtp, ...mail } }));
    expect(own && key(own)).not.toBe(his && key(his));
    const mixed = { ...slack, to: { ...mail, smtp: 'mail.test:25' } };
    expect(key(mixed)).toBe(own && key(own));
    const [config, ca] = sourcesOf({ reach: { alias: 'x', sshConfig: '/a', caFile: '/a' } });
    expect(config?.key).not.toBe(ca?.key);
  });
});
