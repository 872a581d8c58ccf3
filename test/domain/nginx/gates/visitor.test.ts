import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../../../src/domain/app/baseline.js';
import type { Front, GatePage } from '../../../../src/domain/nginx/gates/gates.js';
import { visitorsPageName, visitorsPages } from '../../../../src/domain/nginx/gates/visitor.js';

const gate = (port = 80) => ({ name: 'words.example.test', address: '127.0.0.1', port, tls: false });
const page = (path: string, more: Partial<GatePage> = {}): GatePage => ({
  url: `http://words.example.test${path}`,
  gate: gate(),
  ...more,
});
const answered = (path: string, status: number | null, port = 80): Baseline => ({
  url: `http://words.example.test${path}`,
  status,
  gate: gate(port),
});
const front = (...asks: GatePage[]): Front => ({ gates: [gate()], urls: [], asks, accessLogs: [] });
const urls = (...args: Parameters<typeof visitorsPages>) =>
  visitorsPages(...args).map(({ url }) => url.replace('http://words.example.test', ''));

describe('the pages that are asked for as visitors do', () => {
  it('are all that nginx hands to the app: each that was answered, with what it was answered', () => {
    const asks = [page('/', { page: '/' }), page('/a'), page('/b'), page('/gone')];
    const before = [answered('/', 200), answered('/a', 404), answered('/b', 500), answered('/gone', 502)];
    expect(visitorsPages(front(...asks), before)).toEqual([
      { url: page('/').url, gate: gate(), before: 200, metered: false, known: true },
      { url: page('/a').url, gate: gate(), before: 404, metered: false, known: false },
      { url: page('/b').url, gate: gate(), before: 500, metered: false, known: false },
    ]);
  });

  it('are those of belay.yml too, at a gate that leads to the app', () => {
    const before = [answered('/', 200), answered('/shop', 200), answered('/other', 200, 81)];
    expect(urls(front(page('/')), before)).toEqual(['/shop', '/']);
  });

  it('are none to which nginx has an answer of its own, and none of them well says nothing at all', () => {
    const before = [answered('/', 200), answered('/api', 401), answered('/x', null)];
    expect(urls(front(page('/', { standsIn: {} }), page('/api'), page('/x')), before)).toEqual([]);
  });

  it('are asked seldom where nginx limits, the others first', () => {
    const asks = [page('/login', { metered: true }), page('/', { page: '/' })];
    const found = visitorsPages(front(...asks), [answered('/login', 200), answered('/', 200)]);
    expect(found.map(({ metered }) => metered)).toEqual([false, true]);
  });

  it('are told apart by their gate where several have one URL', () => {
    const asks = [page('/'), { ...page('/'), gate: gate(81) }, page('/a')];
    const before = [answered('/', 200), answered('/', 200, 81), answered('/a', 200)];
    const pages = visitorsPages(front(...asks), before);
    expect(pages.map((one) => visitorsPageName(pages, one))).toEqual([
      'http://words.example.test/ at 127.0.0.1:80',
      'http://words.example.test/ at 127.0.0.1:81',
      'http://words.example.test/a',
    ]);
  });
});
