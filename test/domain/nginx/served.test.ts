import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/domain/facts/facts.js';
import { servedFindings } from '../../../src/domain/nginx/served/findings.js';
import { servedBy, urlOf } from '../../../src/domain/nginx/served/served.js';
import { nginxFacts } from '../../../src/host/facts/nginx/nginx.js';
import { makeApp } from '../make-app.js';
import { makeFacts } from '../make-facts.js';

const app = makeApp({ kind: 'files', run: '', manager: undefined });

/** Facts of a host whose nginx has this http block. */
function withNginx(http: string, over: Partial<Facts> = {}): Facts {
  const dump = `# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n${http}\n}\n`;
  const read = nginxFacts(
    [
      { name: 'nginx-version', args: '', body: 'nginx version: nginx/1.22.1' },
      { name: 'nginx-config', args: '', body: dump },
    ] as never,
    [],
    { booted: 0, now: 0, clockTicks: 100 },
    [],
  );
  return makeFacts({ nginx: read && { ...read, running: true }, ...over });
}

const server = (text: string) => `server { listen 80; server_name words.test; ${text} }`;
const ids = (http: string, over: Partial<Facts> = {}) =>
  servedFindings(withNginx(http, over), app, 'web1')
    .map(({ id }) => id)
    .filter((id) => id !== 'nginx.no-https');

describe('where nginx serves files alone', () => {
  it.each([
    ['root /srv/words;', 'http://words.test/style.css'],
    ['root /srv/words/;', 'http://words.test/style.css'],
    ['root /srv/words; location / { try_files $uri $uri/ =404; }', 'http://words.test/style.css'],
    ['root /srv/words; location / { try_files $uri /index.html; }', 'http://words.test/style.css'],
    ['location /docs/ { alias /srv/words/; }', 'http://words.test/docs/style.css'],
    ['root /srv/elsewhere; location /docs/ { root /srv/words; }', undefined],
  ])('%s', (text, url) => {
    const facts = withNginx(server(text));
    expect(ids(server(text))).toEqual([]);
    expect(servedBy(facts, app)?.doors.map((door) => urlOf(door, 'style.css'))).toEqual([url]);
  });

  it('follows a folder of the release, and what an alias or a location puts in its place', () => {
    const urls = (text: string, file: string) =>
      servedBy(withNginx(server(text)), app)?.doors.flatMap((door) => urlOf(door, file) ?? []);
    expect(urls('root /srv/words/public;', 'public/a b.css')).toEqual(['http://words.test/a%20b.css']);
    expect(urls('root /srv/words/public;', 'secret.css')).toEqual([]);
    expect(urls('root /srv/words/public;', 'public/.well-known/x.txt')).toEqual([]);
    expect(urls('location /docs/ { root /srv/words; }', 'docs/style.css')).toEqual([
      'http://words.test/docs/style.css',
    ]);
    expect(urls('location /docs/ { alias /srv/words/; }', 'style.css')).toEqual([
      'http://words.test/docs/style.css',
    ]);
  });

  it('knows which files are not served as they are', () => {
    const of = (text: string) => servedBy(withNginx(server(text)), app);
    const [door] = of('root /srv/words; location ~ \\.js$ { proxy_pass http://127.0.0.1:9; }')?.doors ?? [];
    expect(door && urlOf(door, 'app.js')).toBeUndefined();
    expect(door && urlOf(door, 'app.css')).toBe('http://words.test/app.css');
    const altered = of('root /srv/words; sub_filter a b;');
    expect(altered?.doors.map(({ endings }) => endings)).toEqual([[]]);
    expect(altered?.unproved?.join()).toContain('sub_filter makes another text');
  });

  it.each([
    ['root elsewhere', server('root /srv/other;'), ['nginx.no-files']],
    ['a release that is pinned', server('root /srv/words.belay/releases/x/tree;'), ['nginx.no-files']],
    ['a longer name', server('root /srv/words2;'), ['nginx.no-files']],
    ['a proxy', server('location / { proxy_pass http://127.0.0.1:9999; }'), ['nginx.no-files']],
    ['links refused', server('root /srv/words; disable_symlinks if_not_owner;'), ['nginx.refuses-links']],
    [
      'links refused everywhere',
      `disable_symlinks on;\n${server('root /srv/words;')}`,
      ['nginx.refuses-links'],
    ],
    ['links refused below', server('root /srv/words; disable_symlinks on from=$document_root;'), []],
    ['links let be', `disable_symlinks on;\n${server('root /srv/words; disable_symlinks off;')}`, []],
    ['files kept open', `open_file_cache max=100;\n${server('root /srv/words;')}`, ['nginx.caches-files']],
  ])('%s', (_, http, expected) => {
    expect(ids(http)).toEqual(expected);
  });

  it('says where the roots are, and needs a configuration that nginx has loaded to be reloaded', () => {
    const [finding] = servedFindings(withNginx(server('root /srv/other;')), app, 'web1');
    expect(finding?.evidence).toBe('/etc/nginx/nginx.conf:3: words.test, root /srv/other');
    const facts = withNginx(`open_file_cache max=100;\n${server('root /srv/words;')}`);
    const newer = { ...facts, nginx: facts.nginx && { ...facts.nginx, changedSinceLoad: true } };
    expect(servedFindings(newer, app, 'web1').map(({ id }) => id)).toContain('nginx.cannot-reload');
    expect(servedFindings(makeFacts(), app, 'web1').map(({ id }) => id)).toEqual(['nginx.files-unknown']);
  });
});
