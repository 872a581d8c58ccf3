import { expect, it } from 'vitest';
import { decideBind } from '../../../../src/domain/nginx/bind/bind.js';
import { filesOf } from '../../../../src/domain/nginx/site/files.js';
import { makeApp } from '../../make-app.js';
import { port } from '../../make-backend.js';
import { makeFacts, makeNginx, makeServer } from '../../make-facts.js';

const files = makeServer('pages.example.test', [], { locations: [], root: '/srv/pages/public/' });
const shop = makeServer('shop.example.test', [port(9999)]);
const api = makeServer('api.example.test', [port(8000)]);
const nginx = makeNginx(shop, api, files);
const app = (over = {}) => makeApp({ path: '/srv/pages', port: 8001, ...over });
const ids = (over = {}) => {
  const { bind, findings } = decideBind(makeFacts({ nginx }), app(over), 'web1');
  return [
    bind === null ? null : bind.kind === 'port' ? bind.port : bind.path,
    ...findings.map(({ id }) => id),
  ];
};

it('finds the server that serves a folder’s files itself', () => {
  expect(filesOf(nginx, '/srv/pages')).toBe(files);
  expect(filesOf(nginx, '/srv')).toBe(files);
  expect(filesOf(nginx, '/srv/pages2')).toBeNull();
  expect(filesOf(null, '/srv/pages')).toBeNull();
  // An app whose static files nginx serves beside it is no static site.
  const beside = {
    modifier: '' as const,
    pattern: '/static/',
    backends: [],
    root: '/srv/shop/static/',
    where: 'x:1',
  };
  expect(filesOf(makeNginx({ ...shop, locations: [...shop.locations, beside] }), '/srv/shop')).toBeNull();
});

it('lets a static site be proved on a port of its own, beside the sites that nginx proxies', () => {
  expect(ids()).toEqual([8001, 'nginx.serves-files']);
});

it('takes no port that nginx leads to for another site, and no port for one that is proxied', () => {
  expect(ids({ port: 8000 })).not.toContain('nginx.serves-files');
  expect(ids({ path: '/srv/shop' })).toEqual([null, 'port.mismatch']);
  expect(ids({ port: 'auto' })).toEqual([null, 'nginx.ambiguous-site']);
});
