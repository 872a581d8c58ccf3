import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemSource } from '../../src/sandbox/apt-source.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'belay-apt-'));
  write('etc/os-release', 'PRETTY_NAME="Debian"\nVERSION_CODENAME=bookworm\n');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('the archive of the system is found among others, in the deb822 style', async () => {
  write(
    'etc/apt/sources.list.d/a-vendor.sources',
    'Types: deb\nURIs: https://vendor.test/apt\nSuites: stable\n',
  );
  write(
    'etc/apt/sources.list.d/debian.sources',
    [
      'Enabled: no\nTypes: deb\nURIs: http://disabled.test/debian\nSuites: bookworm\nComponents: main\n',
      '# a comment\nTypes: deb deb-src\n# another\nURIs: http://mirror.test/debian\nSuites:\n bookworm-updates\n bookworm\n' +
        'Components: main contrib\nSigned-By: /usr/share/keyrings/archive.gpg\n',
    ].join('\n'),
  );
  expect(await systemSource(root)).toEqual({
    uri: 'http://mirror.test/debian',
    suite: 'bookworm',
    components: ['main', 'contrib'],
    keyring: '/usr/share/keyrings/archive.gpg',
  });
});

test('a key that is written into the source is left to debootstrap’s own keyring', async () => {
  write(
    'etc/apt/sources.list.d/debian.sources',
    'Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN PGP-----\n .\n abc\n',
  );
  expect(await systemSource(root)).toMatchObject({ uri: 'http://mirror.test/debian', keyring: undefined });
});

test('the one-line style is read too', async () => {
  write(
    'etc/apt/sources.list',
    [
      '# deb http://commented.test/debian bookworm main',
      'deb-src http://source.test/debian bookworm main',
      'deb [arch=amd64 signed-by=/etc/key.gpg] http://mirror.test/debian bookworm main contrib # local',
      '',
    ].join('\n'),
  );
  expect(await systemSource(root)).toEqual({
    uri: 'http://mirror.test/debian',
    suite: 'bookworm',
    components: ['main', 'contrib'],
    keyring: '/etc/key.gpg',
  });
});

test('where no archive of the system is named, the error says where one was looked for', async () => {
  await expect(systemSource(root)).rejects.toThrow(/expected an http source for bookworm in .*sources\.list/);
});
