import { paints } from '../../../src/cli/terminal/paint.js';
import { describe, expect, it } from 'vitest';
import { planText } from '../../../src/cli/output/plan.js';
import { planMarkdown } from '../../../src/domain/plan/markdown.js';
import { plan } from '../../workflows/fakes.js';

const plain = paints(false);
const text = (changes: Parameters<typeof plan>[0]) => planText(plan(changes), 'words', plain).join('\n');

describe('the plan as text', () => {
  it('says what was found, what stops and why, which files change, what is done, and the way back', () => {
    const shown = text({
      bind: { kind: 'port', port: 9999, from: '/etc/nginx/sites-enabled/words:12' },
      baseline: [
        { url: 'http://127.0.0.1:9999/', status: 200 },
        { url: 'https://words.example.test/', status: null, error: 'certificate has expired' },
      ],
      files: {
        added: [{ path: 'tools_new.py', size: 12_300 }],
        changed: [{ path: 'app.py', size: 812 }],
        removed: [{ path: 'old.py', size: 99 }],
        addedCount: 1,
        changedCount: 1,
        removedCount: 1,
        total: 214,
        totalBytes: 3_200_000,
        upload: { files: 2, bytes: 13_112 },
      },
      hostOnly: [
        { path: 'data/', size: 40_000, modified: 0, fate: 'shared' },
        { path: 'notes.txt', size: 12, modified: 0, fate: 'uncovered' },
      ],
      actions: ['stop process 7', 'start words on port 9999'],
      previous: { kind: 'release', release: '20261123T090000Z-0badcafe' },
    });
    expect(shown).toBe(`Plan 1f0c9a2b1f0c  words on web1, release 20261124T101500Z-aaaaaaaa

Found
  address   port 9999  from /etc/nginx/sites-enabled/words:12
  runs as   www-data
  answers   http://127.0.0.1:9999/ → 200
            https://words.example.test/ → certificate has expired

Stops
  - process 7  app: it listens on port 9999
  - cron line 3 of root  conflict: it would start the app again

Files  1 added, 1 changed, 1 removed of 214 files, 3.2 MB; 2 files travel, 13 kB
  + tools_new.py  12 kB
  ~ app.py  812 B
  - old.py  99 B

Only on the server
  notes.txt  12 B  not covered: name it under shared or discard
  data/  40 kB  shared: lives on beside the releases

Will do
  1. stop process 7
  2. start words on port 9999

Way back
  release 20261123T090000Z-0badcafe
`);
  });

  it('of a version that serves already says so, and not what another deployment of it would do', () => {
    const shown = text({ unchanged: true, actions: ['stop process 7', 'start words on port 9999'] });
    expect(shown).toContain('nothing would change: this version already serves');
    expect(shown).toContain('Found\n');
    expect(shown).not.toMatch(/Stops|Will do|Way back|process 7/);
    expect(planMarkdown(plan({ unchanged: true, actions: ['stop process 7'] }))).toContain(
      '**What will happen**\n\nNothing: this version already serves.\n',
    );
  });

  it('shows findings with evidence and remedy, and nothing of a server that could paint over them', () => {
    const finding = {
      id: 'port.mismatch' as const,
      severity: 'block' as const,
      host: 'web1',
      message: 'port 3000 was given, nginx leads to 9999\u001b[2K',
      evidence: 'proxy_pass http://127.0.0.1:9999;\n\u001b]0;owned\u0007\rnothing to see',
      remedy: 'port: auto',
    };
    expect(text({ findings: [finding] })).toContain(
      [
        'Findings',
        '  ✗ port.mismatch  port 3000 was given, nginx leads to 9999\\u001b[2K',
        '      proxy_pass http://127.0.0.1:9999;',
        '      \\u001b]0;owned\\u0007\\u000dnothing to see',
        '    → port: auto',
      ].join('\n'),
    );
  });

  it('cuts long lists and says how much is left out', () => {
    const added = Array.from({ length: 200 }, (_, index) => ({ path: `f${index}`, size: 1 }));
    const files = { ...plan().files, added, addedCount: 5000 };
    expect(text({ files })).toContain('  + f11  1 B\n  + and 4988 more');
  });
});
