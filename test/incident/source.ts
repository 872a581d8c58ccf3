import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layVersion } from '../../src/sandbox/index.js';

/** The faults in examples/word-counter/faults. */
export type Fault = 'missing-brace' | 'elif-after-else' | 'wrong-port' | 'start-fails' | 'page-500';

/**
 * Lays the word counter's new version in a temporary folder, as a person has it before they deploy it.
 * @param fault laid over it
 * @param settings lines appended to belay.yml
 */
export async function makeSource(
  fault?: Fault,
  settings: string[] = [],
): Promise<{ folder: string; config: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'belay-words-'));
  await layVersion(folder, fault ? [`faults/${fault}`] : []);
  const config = join(folder, 'belay.yml');
  await appendFile(config, settings.map((line) => `${line}\n`).join(''));
  return { folder, config, remove: () => rm(folder, { recursive: true, force: true }) };
}
