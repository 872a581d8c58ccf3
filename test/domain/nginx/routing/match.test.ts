import { expect, it } from 'vitest';
import type { NginxLocation } from '../../../../src/domain/facts/facts.js';
import { locationFor, serversNamed } from '../../../../src/domain/nginx/routing/match.js';
import { makeServer } from '../../make-facts.js';

const location = (text: string, inside?: number): NginxLocation => {
  const [modifier = '', pattern = ''] = text.includes(' ') ? text.split(' ') : ['', text];
  return {
    modifier: modifier as NginxLocation['modifier'],
    pattern,
    backends: [],
    where: text,
    ...(inside === undefined ? {} : { inside }),
  };
};

it.each([
  [['/', '= /', '/tools'], '/', '= /'],
  [['/', '/tools', '/tools/word'], '/tools/word-counter', '/tools/word'],
  [['/', '/tools', '~ ^/tools/w', '~ counter$'], '/tools/word-counter', '~ ^/tools/w'],
  [['/', '^~ /tools', '~ ^/tools/w'], '/tools/word-counter', '^~ /tools'],
  [['/', '^~ /tools', '/tools/word', '~ ^/tools/w'], '/tools/word-counter', '~ ^/tools/w'],
  [['/', '~* \\.PNG$'], '/a.png', '~* \\.PNG$'],
  [['/', '~ \\.PNG$'], '/a.png', '/'],
  [['/', '@app', '~ (unfinished'], '/a', undefined],
  [['/', '~ ^/a++'], '/b', undefined],
  [['/tools'], '/', undefined],
])('of %j takes for %s', (locations, path, expected) => {
  const server = makeServer('x', [], { locations: locations.map((text) => location(text)) });
  expect(locationFor(server, path)?.where).toBe(expected);
});

it('takes a nested location only within its own', () => {
  const locations = [location('/a/'), location('~ \\.php$', 0), location('/a/b/', 0), location('/')];
  const server = makeServer('x', [], { locations });
  expect(locationFor(server, '/a/x.php')?.where).toBe('~ \\.php$');
  expect(locationFor(server, '/x.php')?.where).toBe('/');
  expect(locationFor(server, '/a/b/c')?.where).toBe('/a/b/');
});

it('finds servers by name as nginx does: exact, then the longest wildcard, then an expression', () => {
  const servers = ['*.example.test', 'words.example.test', 'words.*', '.dot.test', '~^re\\d+\\.test$'].map(
    (name) => makeServer(name, []),
  );
  const found = (name: string) => serversNamed(servers, name).map(({ names }) => names[0]);
  expect(found('WORDS.example.test')).toEqual(['words.example.test']);
  expect(found('x.example.test')).toEqual(['*.example.test']);
  expect(found('words.org')).toEqual(['words.*']);
  expect(found('dot.test')).toEqual(['.dot.test']);
  expect(found('a.dot.test')).toEqual(['.dot.test']);
  expect(found('re12.test')).toEqual(['~^re\\d+\\.test$']);
  expect(found('other.test')).toEqual([]);
});
