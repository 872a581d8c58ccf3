import { chown, lchown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { combined, readingOf } from '../../src/domain/nginx/gates/log-format.js';
import { fields } from '../../src/host/fields.js';
import { LocalSession } from './local-session.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-visited-'));
  file = join(folder, 'access.log');
});
afterEach(() => rm(folder, { recursive: true }));

/** What is told of a log, a line each. */
async function told(asked: Record<string, string> = {}): Promise<string[]> {
  const { status = '', host = '' } = readingOf(combined);
  const told = { file, status, host, name: '', place: '/', ...asked };
  const { stdout } = await new LocalSession().run('visited', [fields(told)], { timeoutMs: 20_000 });
  return stdout.trimEnd().split('\n');
}

/** Each asked for twice, in nginx's own format. */
function combinedLines(...asked: [what: string, status: number][]): string {
  return asked
    .flatMap(([what, status]) => {
      const line = `203.0.113.9 - ann [28/Nov/2026:09:00:00 +0000] "${what} HTTP/1.1" ${status} 12 "-" "Mozilla/5.0"\n`;
      return [line, line];
    })
    .join('');
}

test('the pages that were answered well, the most asked first, without their queries', async () => {
  await writeFile(`${file}.1`, combinedLines(['GET /about', 200]));
  await writeFile(
    file,
    combinedLines(
      ['GET /', 200],
      ['GET /?utm=1', 200],
      ['GET /shop/new-things?session=s3cret', 200],
      ['GET /gone', 404],
      ['POST /sent', 200],
      ['GET /broken', 500],
      ['GET /moved', 301],
    ),
  );
  expect(await told()).toEqual(['lines 16', 'page 4 /', 'page 2 /about', 'page 2 /shop/new-things']);
});

test('no path leaves the host that may be a secret, a person or an act, nor that of an asset', async () => {
  const paths = [
    '/invite/welcome',
    '/reset/qwertyuiopasdfghjkl',
    '/t/eyJhbGciOiJIUzI1NiJ9',
    '/k/9f86d081884c7d65',
    '/x/kZqTwNbPvR',
    '/share/abcdefgh',
    '/users/ann',
    '/u/ann',
    '/orders/12345',
    '/ann@example.test',
    '/logout',
    '/sign-out',
    '/unsubscribe',
    '/items/delete',
    '/app.js',
    '/style.css',
    '/favicon.ico',
    '/robots.txt',
    '/.env',
    '/%2e%2e/etc',
    '/a//b',
    '/wp-login.php',
    '/s/xkcdqwrtzp',
    '/s/thequickbrownfoxjumps',
  ];
  await writeFile(file, combinedLines(...paths.map((path): [string, number] => [`GET ${path}`, 200])));
  expect(await told()).toEqual([`lines ${2 * paths.length}`]);
});

test('only what lies below the app’s place, and only of its name where the log tells it', async () => {
  await writeFile(
    file,
    combinedLines(['GET /tools/count', 200], ['GET /toolshed', 200], ['GET /tools', 200]),
  );
  expect(await told({ place: '/tools/' })).toEqual(['lines 6', 'page 2 /tools', 'page 2 /tools/count']);

  const format = '$host $remote_addr "$request" $status';
  const { status = '', host = '' } = readingOf(format);
  const lines = ['words.example.test', 'blog.example.test'].flatMap((name) =>
    [1, 2].map(() => `${name} 203.0.113.9 "GET /${name.split('.')[0]} HTTP/2.0" 200\n`),
  );
  await writeFile(file, lines.join(''));
  expect(await told({ status, host, name: 'words.example.test' })).toEqual(['lines 4', 'page 2 /words']);
});

test('where a log does not tell the name, what a page of the site led to counts', async () => {
  const { referer = '' } = readingOf(combined);
  const line = (page: string, from: string) =>
    `203.0.113.9 - - [28/Nov/2026:09:00:00 +0000] "GET ${page} HTTP/1.1" 200 12 "${from}" "Mozilla/5.0"\n`.repeat(
      2,
    );
  await writeFile(
    file,
    line('/about', 'https://words.example.test/') +
      line('/blog', 'https://blog.example.test/?to=words.example.test') +
      line('/direct', '-'),
  );
  expect(await told({ host: referer, name: 'words.example.test' })).toEqual(['lines 6', 'page 2 /about']);
});

test('JSON is read by its format; what makes no sense is told as no line', async () => {
  const { status = '' } = readingOf('{"at":"$time_iso8601","request":"$request","status":"$status"}');
  const line = '{"at":"2026-11-28T09:00:00","request":"GET /about HTTP/1.1","status":"200"}\n';
  await writeFile(file, `${line}${line}what is this\n`);
  expect(await told({ status })).toEqual(['lines 2', 'page 2 /about']);
});

test('what belay asked itself counts for nothing', async () => {
  const line =
    '203.0.113.9 - - [28/Nov/2026:09:00:00 +0000] "GET /about HTTP/1.1" 200 12 "-" "belay (asks as visitors do it)"\n';
  await writeFile(file, line.repeat(3));
  expect(await told()).toEqual(['lines 0']);
});

test('a log that is not there is told as unread, and so is a link that somebody else put in its place', async () => {
  expect(await told()).toEqual(['lines 0', 'unreadable']);
  const theirs = join(folder, 'theirs');
  await mkdir(theirs);
  await writeFile(join(folder, 'roots'), combinedLines(['GET /about', 200]), { mode: 0o600 });
  await symlink(join(folder, 'roots'), join(theirs, 'access.log'));
  await lchown(join(theirs, 'access.log'), 65534, 65534);
  await chown(theirs, 65534, 65534);
  expect(await told({ file: join(theirs, 'access.log') })).toEqual(['lines 0', 'unreadable']);
});
