import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { packSource } from '../../../src/cli/input/pack.js';
import { writers, type Io } from '../../../src/cli/terminal/io.js';
import { paints } from '../../../src/cli/terminal/paint.js';
import { parseConfig } from '../../../src/config/load.js';
import { writeTree } from '../../artifact/source.js';
import { temporaryFolder } from '../../temporary.js';

describe('what is built here', () => {
  let said = '';
  const colors = paints(false);
  const io = {
    ...writers(
      () => undefined,
      (text) => void (said += text),
      {},
    ),
    size: () => ({ columns: 80, rows: 24 }),
    colors: { stdout: colors, stderr: colors },
    env: {},
  } as unknown as Io;

  beforeEach(async () => {
    said = '';
    vi.stubEnv('BELAY_STATE_DIR', await temporaryFolder());
    return () => vi.unstubAllEnvs();
  });

  async function packed(more: string) {
    const source = await writeTree({ 'app.js': '1\n', '.gitignore': 'dist\n' });
    const text = `app: words\nhosts: [web1]\npath: /srv/words\nrun: node app.js\n${more}`;
    const resolved = parseConfig(text, join(source, 'belay.yml')).environments.get('production');
    if (resolved === undefined) throw new Error('expected one environment');
    const packing = packSource({ ...resolved, reach: { alias: 'web1' } }, {}, io);
    return { source, manifest: await packing };
  }

  it('is packed and checked with the source, and no file of it lies in the tree', async () => {
    const { source, manifest } = await packed(
      'include: [dist]\nbuild: { local: [mkdir dist && cp app.js dist/app.min.js] }\nchecks: { local: [test -s dist/app.min.js] }\n',
    );
    expect(manifest.entries.map(({ path }) => path)).toContain('dist/app.min.js');
    expect(existsSync(join(source, 'dist'))).toBe(false);
    expect(said).toMatch(/^build mkdir dist .*\ncheck test -s dist/);
  });

  it('that fails begins nothing', async () => {
    await expect(packed('build: { local: ["echo no compiler >&2; exit 3"] }\n')).rejects.toThrow(
      /^build\.local: echo no compiler.*: expected exit status 0, got exit status 3, in .*; nothing was deployed$/,
    );
    expect(said).toContain('no compiler\n');
  });
});
