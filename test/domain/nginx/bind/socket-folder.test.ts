import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/domain/app/app.js';
import type { SocketFolder } from '../../../../src/domain/facts/facts.js';
import { buildPlan } from '../../../../src/domain/plan/build.js';
import { makeApp } from '../../make-app.js';
import { makeFacts, makeNginx, makeServer } from '../../make-facts.js';

function plan(path: string, folder: Partial<SocketFolder> | null, over: Partial<App> = {}) {
  const socketFolders = folder && [
    { path: path.slice(0, path.lastIndexOf('/')), writers: [], tmpfiles: false, ...folder },
  ];
  const facts = makeFacts({
    nginx: makeNginx(makeServer('words.example.test', [{ kind: 'unix', path }])),
    tools: { ...makeFacts().tools, pm2: '/usr/bin/pm2' },
    users: [{ user: 'deploy', home: '/home/deploy', mayHavePm2: true }],
    ...(socketFolders && { socketFolders }),
  });
  return buildPlan(
    {
      app: makeApp({ user: 'deploy', acknowledge: { 'pm2.no-startup': 'no' }, ...over }),
      reach: { alias: 'web1' },
      deployment: 'd',
      startedBy: 'me',
      release: 'S',
      artifact: 'a',
      facts,
      baseline: [],
      findings: [],
    },
    () => true,
  );
}
const told = (...args: Parameters<typeof plan>) => {
  const { bind, findings } = plan(...args);
  const runtime = bind?.kind === 'socket' ? (bind.runtime ?? null) : null;
  return [runtime, ...findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id)];
};

const socket = '/run/words/app.sock';

describe('the folder of the app’s socket', () => {
  it.each<[string, Partial<SocketFolder>]>([
    ['is not there', {}],
    ['belongs to the app’s user, made by the unit before', { owner: 'deploy', writers: ['deploy'] }],
  ])('is made by the unit where it %s', (_, folder) => expect(told(socket, folder)).toEqual(['words']));

  it('is left alone where tmpfiles.d makes it', () => {
    expect(told(socket, { owner: 'root', writers: ['deploy'], tmpfiles: true })).toEqual([null]);
  });

  it('is left alone where it is another’s, which a reboot may end', () => {
    expect(told(socket, { owner: 'www-data', writers: ['deploy'] })).toEqual([null, 'socket.folder-lost']);
  });

  it('blocks where the app may not write into it, with the line that mends it', () => {
    expect(told(socket, { owner: 'root' })).toEqual([null, 'socket.folder']);
    expect(plan(socket, { owner: 'root' }).findings[0]?.remedy).toBe(
      "As root on the host: `echo 'd /run/words 0755 deploy deploy' >/etc/tmpfiles.d/words.conf && systemd-tmpfiles --create`.",
    );
    expect(told('/run/app.sock', { owner: 'root' })).toEqual([null, 'socket.folder']);
    expect(told('/opt/sockets/app.sock', {})).toEqual([null, 'socket.folder']);
    expect(told('/opt/sockets/app.sock', { owner: 'root', writers: ['deploy'] })).toEqual([null]);
  });

  it('must be there already where pm2 keeps the app', () => {
    expect(told(socket, {}, { manager: 'pm2' })).toEqual([null, 'socket.folder']);
    const folder = { owner: 'deploy', writers: ['deploy'] };
    expect(told(socket, folder, { manager: 'pm2' })).toEqual([null, 'socket.folder-lost']);
    expect(told(socket, { ...folder, tmpfiles: true }, { manager: 'pm2' })).toEqual([null]);
  });

  it('cannot be the app’s own, which every release replaces, unless it is shared', () => {
    const own = { owner: 'deploy', writers: ['deploy'] };
    expect(told('/srv/words/app.sock', own)).toEqual([null, 'socket.in-release']);
    expect(told('/srv/words/run/app.sock', own)).toEqual([null, 'socket.in-release']);
    expect(told('/srv/words/run/app.sock', own, { shared: ['./run/'] })).toEqual([null]);
  });
});

describe('run', () => {
  it.each([
    ['node server.js {socket}', []],
    ['node server.js {bind}', []],
    ['node server.js {port}', ['run.no-socket']],
    ['node server.js', ['run.no-socket']],
  ])('%s, where nginx leads to a socket', (run, blocks) => {
    expect(told(socket, null, { run }).filter((id) => id?.startsWith('run.'))).toEqual(blocks);
  });
});
