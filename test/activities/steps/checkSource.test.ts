import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../../src/activities/steps/checkSource.js';
import { stagingHost } from '../staging-host.js';

const release = '20261124T101500Z-00000001';

describe('checking the source', () => {
  it('counts what the artifact holds', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({
      'app.py': '12345',
      '.env.example': 'A=',
      'cert.pem': 'BEGIN CERTIFICATE',
      l: { link: 'app.py' },
    });
    expect(await host.run(checkSource, artifact, release)).toEqual({
      files: 4,
      bytes: 5 + 2 + 17 + 6,
      findings: [],
    });
  });

  it('warns of secrets, by name or by content, and of databases', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({
      '.env': 'A=1',
      'conf/.env.production': '',
      'keys/id_ed25519': '',
      'tls.pem': '-----BEGIN PRIVATE KEY-----\n',
      '.npmrc': '//registry.example.test/:_authToken=abc',
      'data/words.sqlite3': '',
      'data/.gitkeep': '',
    });
    const { findings } = await host.run(checkSource, artifact, release, { shared: ['data/'] });
    expect(
      findings.map(({ id, severity, evidence }) => ({ id, severity, evidence: evidence.split('\n') })),
    ).toEqual([
      {
        id: 'files.secret-in-source',
        severity: 'warn',
        evidence: ['.env', '.npmrc', 'conf/.env.production', 'keys/id_ed25519', 'tls.pem'],
      },
      { id: 'files.database-in-source', severity: 'warn', evidence: ['data/words.sqlite3'] },
      { id: 'files.shared-in-source', severity: 'info', evidence: ['data/.gitkeep', 'data/words.sqlite3'] },
    ]);
  });

  it('refuses pointers of Git LFS in the place of files', async () => {
    const host = await stagingHost();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`;
    const artifact = await host.artifact({ 'model.bin': pointer, 'README.md': `As in: ${pointer}` });
    const { findings } = await host.run(checkSource, artifact, release);
    expect(findings).toEqual([
      expect.objectContaining({ id: 'files.lfs-pointer', severity: 'block', evidence: 'model.bin' }),
    ]);
  });

  it('refuses an artifact that this worker does not have, or not whole', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'a' });
    await expect(host.run(checkSource, '0'.repeat(64), release)).rejects.toMatchObject({
      type: 'ArtifactMissing',
      message: expect.stringMatching(/the command line and the worker must reach the same store/i) as string,
    });
    await rm(join(host.store.location, 'objects'), { recursive: true });
    await expect(host.run(checkSource, artifact, release)).rejects.toMatchObject({
      type: 'ArtifactMissing',
      message: expect.stringContaining('some are missing') as string,
    });
  });
});
