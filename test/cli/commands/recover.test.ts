import { expect, test } from 'vitest';
import { cli, project } from '../harness.js';

test('an ID that is not of the belay.yml here is refused before anything is started', async () => {
  const cwd = await project();
  const ran = await cli(['recover', 'belay/others/production/web9'], { cwd });
  expect(ran).toMatchObject({ code: 64, stdout: '' });
  expect(ran.stderr).toMatch(
    /^error: expected the ID of a deployment of the belay\.yml here, \S+\/production\/\S+, got others\/production\/web9$/m,
  );
});
