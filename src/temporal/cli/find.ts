import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cliVersion } from './release.js';
import { downloadCli } from './download-cli.js';
import { reason, TemporalError } from '../error.js';
import { goInstallCli, goThatBuilds, goTarget } from './go-install.js';
import { onPath, runTool } from './run-tool.js';
import { cacheFolder } from '../state.js';

export interface FoundCli {
  path: string;
  /** Its own words: `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
  version: string;
  /** How it was found: `BELAY_TEMPORAL_CLI`, `PATH`, `cache`, `download`, `go install`. */
  how: string;
}

/**
 * The Temporal CLI on this machine, without fetching anything.
 * @throws TemporalError where BELAY_TEMPORAL_CLI names something that does not run: what was asked for is not replaced.
 */
export async function locateCli(
  say: (line: string) => void = () => undefined,
): Promise<FoundCli | undefined> {
  const set = process.env['BELAY_TEMPORAL_CLI'];
  if (set) {
    try {
      return await tried(set, 'BELAY_TEMPORAL_CLI');
    } catch (error) {
      throw new TemporalError(
        `BELAY_TEMPORAL_CLI names ${set}, which is no Temporal CLI that runs: ${reason(error)}; ` +
          'correct the variable, or unset it to have one found',
        { cause: error },
      );
    }
  }
  for (const [path, how] of [
    [onPath('temporal'), 'PATH'],
    [cachedCli(), 'cache'],
  ] as const) {
    if (!path || !existsSync(path)) continue;
    try {
      return await tried(path, how);
    } catch (error) {
      say(`${path} does not run, looking further: ${reason(error)}`);
    }
  }
  return undefined;
}

/**
 * The Temporal CLI, fetched into belay's cache where this machine has none.
 * @param say progress, a line at a time: what is done and why.
 * @throws TemporalError naming every way to get one, and why each of them failed.
 */
export async function findCli(say: (line: string) => void): Promise<FoundCli> {
  const located = await locateCli(say);
  if (located) return located;

  const began = Date.now();
  const path = cachedCli();
  const failures: string[] = [];
  try {
    say(`no Temporal CLI on this machine: downloading version ${cliVersion} into ${path}`);
    await downloadCli(path);
    return await fetched(path, 'download', began, say);
  } catch (error) {
    failures.push(`the download failed: ${reason(error)}`);
    say(`${failures[0] ?? ''} (${seconds(began)})`);
  }
  try {
    const go = await goThatBuilds();
    say(`building it with ${go}, which takes a few minutes, once: go install ${goTarget}`);
    const ticker = setInterval(() => say(`still building the Temporal CLI, ${seconds(began)}`), 15_000);
    await goInstallCli(go, path).finally(() => clearInterval(ticker));
    return await fetched(path, 'go install', began, say);
  } catch (error) {
    failures.push(`building it failed: ${reason(error)}`);
  }
  throw new TemporalError(
    `the Temporal CLI is needed and cannot be had: ${failures.join('; ')}. One of these helps: install it so that ` +
      '`temporal` is on PATH (https://docs.temporal.io/cli), set BELAY_TEMPORAL_CLI to where it is, let this machine ' +
      'reach https://github.com, install Go 1.25 or later, or set TEMPORAL_ADDRESS to a Temporal service that runs',
  );
}

function cachedCli(): string {
  return join(cacheFolder(), 'bin', 'temporal');
}

async function tried(path: string, how: string): Promise<FoundCli> {
  const version = await runTool(path, ['--version'], { timeoutMs: 20_000 });
  if (!version.startsWith('temporal version')) throw new Error(`--version answers “${version.slice(0, 80)}”`);
  return { path, version, how };
}

async function fetched(
  path: string,
  how: string,
  began: number,
  say: (line: string) => void,
): Promise<FoundCli> {
  const found = await tried(path, how);
  say(`${found.version} is at ${path} (${seconds(began)})`);
  return found;
}

function seconds(since: number): string {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}
