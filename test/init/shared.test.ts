import { expect, it } from 'vitest';
import type { HostOnlyFile } from '../../src/domain/plan/plan.js';
import { judgeHostOnly } from '../../src/init/shared.js';

const files = (paths: string[], fate: HostOnlyFile['fate'] = 'uncovered') =>
  paths.map((path) => ({ path, size: 1, modified: 1, fate }));

it('takes data, uploads, settings and logs for shared, and leaves open what cannot be told', () => {
  const paths = [
    '.env',
    'data/',
    'db.sqlite3',
    'db.sqlite3-wal',
    'instance/',
    'shop/local_settings.py',
    'static/uploads/',
    'words.log',
    'app.py.bak',
    'nohup.out',
    'old_tools.py',
    'dist/',
  ];
  expect(judgeHostOnly(files(paths), () => false)).toEqual({
    shared: paths.slice(0, 8).map((path) => path.replace(/\/$/, '')),
    open: paths.slice(8),
  });
});

it('takes what git ignores for data, but not what a build makes', () => {
  const ignored = new Set(['cv/', 'dist/', 'x.pid']);
  expect(judgeHostOnly(files([...ignored, 'other/']), (path) => ignored.has(path))).toEqual({
    shared: ['cv'],
    open: ['dist/', 'x.pid', 'other/'],
  });
});

it('says nothing of dependencies, which are kept anyway', () => {
  expect(judgeHostOnly(files(['venv/', 'node_modules/'], 'dependencies'), () => true)).toEqual({
    shared: [],
    open: [],
  });
});
