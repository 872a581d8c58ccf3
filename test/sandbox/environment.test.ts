import { expect, test } from 'vitest';
import { environmentOf } from '../../src/sandbox/environment.js';

const server = { sshConfig: '/state/ssh_config', caFile: '/state/ca.pem' };

test('a server without sites needs no more than the ssh configuration', () => {
  expect(environmentOf({ ...server, resolve: {} })).toEqual({ BELAY_SSH_CONFIG: '/state/ssh_config' });
});

test('sites are resolved to the server, and their authority is trusted', () => {
  const resolve = { 'a.example.test': '10.231.0.2', 'b.example.test': '10.231.0.2' };
  expect(environmentOf({ ...server, resolve })).toEqual({
    BELAY_SSH_CONFIG: '/state/ssh_config',
    BELAY_RESOLVE: 'a.example.test=10.231.0.2,b.example.test=10.231.0.2',
    BELAY_CA_FILE: '/state/ca.pem',
  });
});
