import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findChromium } from '../../../src/activities/proof/chromium.js';
import { temporaryFolder } from '../../temporary.js';

it('is found by its names on PATH, and where BELAY_CHROMIUM says', async () => {
  const folder = await temporaryFolder('belay-chromium-');
  const executable = join(folder, 'google-chrome');
  await writeFile(executable, '');
  expect(findChromium({ PATH: folder })).toHaveProperty('lookedFor');
  await chmod(executable, 0o755);
  expect(findChromium({ PATH: `/nowhere:${folder}` })).toEqual({ executable });
  expect(findChromium({ BELAY_CHROMIUM: executable, PATH: '' })).toEqual({ executable });
});

it('says where it was looked for', () => {
  expect(findChromium({ PATH: '/nowhere' })).toEqual({
    lookedFor:
      'chromium, chromium-browser, google-chrome, google-chrome-stable on PATH (/nowhere); BELAY_CHROMIUM is not set',
  });
  expect(findChromium({ PATH: '/usr/bin', BELAY_CHROMIUM: '/nowhere/chromium' })).toEqual({
    lookedFor: 'BELAY_CHROMIUM is /nowhere/chromium, which is no program',
  });
});
