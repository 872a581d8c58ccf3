import { expect, it } from 'vitest';
import { environmentOf } from '../../src/domain/environment/environment.js';
import { leftOut } from '../../src/init/left-out.js';
import { appsSurvey } from '../fixtures/facts/load.js';
import { makeSource } from './sources.js';

const source = makeSource(
  'words',
  {},
  'app.py',
  'tests/test_app.py',
  'test/data.json',
  '.github/workflows/ci.yml',
);

function live(...paths: string[]) {
  const entries = paths.map((path) => ({ path, size: 1 }));
  return environmentOf({ ...appsSurvey(), folders: [{ folder: '/srv/words', entries }] }, 'apps');
}

it('leaves out what is for those who work on the source, where the live folder does without it', () => {
  expect(leftOut(source, live('app.py', 'test/', 'test/data.json'), '/srv/words')).toEqual([
    '/belay.yml',
    '/.belayignore',
    '/tests/',
    '/.github/',
  ]);
});

it('leaves out its own files alone where nothing is live yet', () => {
  expect(leftOut(source, live('app.py'), '/srv/new')).toEqual(['/belay.yml', '/.belayignore']);
});
