import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/domain/facts/facts.js';
import { driftOf, knownFrom } from '../../../src/domain/health/drift.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeNginx, makeProcess, makeListener, makeServer } from '../make-facts.js';
import { planned } from '../planned.js';

const site = makeApp({
  kind: 'files',
  run: '',
  manager: undefined,
  rehearse: false,
  strategy: 'auto',
  assets: ['assets'],
  verify: { internal: [], external: ['http://words.example.test/'] },
});

function served(over: Partial<Facts> = {}): Facts {
  const server = { ...makeServer('words.example.test', []), root: '/srv/words', locations: [] };
  return makeFacts({ nginx: makeNginx(server), ...over });
}

describe('the plan of files alone', () => {
  it('swaps: no process is stopped, started or rehearsed', () => {
    const plan = planned(site, served());
    expect(plan.findings.filter(({ severity }) => severity === 'block')).toEqual([]);
    expect(plan).toMatchObject({ bind: null, stops: [], strategy: { takes: 'swap' }, user: 'www-data' });
    expect(plan.served?.by).toMatch(/^nginx’s root \(.+\)$/);
    expect(plan.front?.asks?.map(({ url }) => url)).toEqual(['https://words.example.test/']);
    const text = plan.actions.join('\n');
    expect(text).toContain('no process is stopped, and no request is expected to fail');
    expect(text).toContain(
      'files of the release asked of nginx, byte for byte, GET http://words.example.test/',
    );
    expect(text).not.toMatch(/Stop what|Start release|Rehearse|port |null|undefined|unknown/);
  });

  it('keeps what only the release before has of its assets, for every kind of app', () => {
    const said =
      'Keep reachable, for pages that visitors still have open, what only the release before has in assets';
    expect(planned(site, served()).actions).toContain(said);
    const base = makeFacts().app;
    expect(planned(site, served({ app: { ...base, kind: 'absent' } })).actions).not.toContain(said);
    expect(planned(makeApp({ assets: ['assets'], port: 9999 }), makeFacts()).actions).toContain(said);
  });

  it('is refused where something listens out of the folder, or nginx serves none of it', () => {
    const listening = served({
      listeners: [makeListener(9999, [7])],
      processes: [makeProcess(7, 'node server.js')],
    });
    expect(planned(site, listening).ids).toContain('block app.process.runs');
    expect(planned(site, makeFacts()).ids).toContain('block nginx.files-unknown');
    expect(planned(site, makeFacts({ nginx: makeNginx() })).ids).toContain('block nginx.no-files');
  });

  it('says that what is shared may be missed while it moves, the first time', () => {
    const { actions } = planned({ ...site, shared: ['uploads'] }, served());
    expect(actions.join()).toContain('a request for it may fail meanwhile');
  });

  it('is watched over: what nginx serves, and no process', () => {
    const known = knownFrom(served(), site, 'web1', -1);
    expect(driftOf(served(), known, site, 'web1')).toEqual([]);
    const elsewhere = makeNginx({
      ...makeServer('words.example.test', []),
      root: '/srv/other',
      locations: [],
    });
    expect(driftOf(served({ nginx: elsewhere }), known, site, 'web1').map(({ key }) => key)).toEqual([
      'nginx nginx.no-files',
    ]);
  });

  it('stays where the same files already serve', () => {
    const base = makeFacts().app;
    const active = '20261123T101500Z-1f0c9a2b';
    const facts = served({
      app: {
        ...base,
        kind: 'symlink',
        active,
        releases: [{ release: active, digest: 'artifact', outcome: 'active' }] as never,
      },
    });
    expect(planned(site, facts).unchanged).toBe(true);
  });
});
