import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cliVersion } from './release.js';
import { onPath, runTool } from './run-tool.js';
import { makePrivate } from '../state.js';

/** The same version as the download's; Go checks the modules against its checksum database. */
export const goTarget = `github.com/temporalio/cli/cmd/temporal@v${cliVersion}`;

/** A Go that can build the Temporal CLI: its path. @throws where there is none, or an older one than 1.25. */
export async function goThatBuilds(): Promise<string> {
  const go = onPath('go');
  if (!go) throw new Error('no Go on PATH');
  const text = await runTool(go, ['version'], { timeoutMs: 20_000 });
  const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(text) ?? []).map(Number);
  if (major < 1 || (major === 1 && minor < 25))
    throw new Error(`Go 1.25 or later is needed, ${go} is “${text}”`);
  return go;
}

/**
 * Builds the Temporal CLI (3 minutes on 2 cores from cold, with several hundred MB of Go's own cache) and puts it at
 * `path`, which appears whole or not at all.
 */
export async function goInstallCli(go: string, path: string): Promise<void> {
  const folder = await makePrivate(dirname(path));
  const draft = await mkdtemp(join(folder, 'build-'));
  try {
    // Without symbols the binary is a third smaller.
    await runTool(go, ['install', '-ldflags', '-s -w', goTarget], {
      timeoutMs: 1_200_000,
      env: { ...process.env, GOBIN: draft },
    });
    await rename(join(draft, 'temporal'), path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
