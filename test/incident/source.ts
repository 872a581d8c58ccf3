import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layVersion } from '../../src/sandbox/index.js';

/** The faults in examples/word-counter/faults. */
export type Fault = 'missing-brace' | 'elif-after-else' | 'wrong-port' | 'start-fails' | 'page-500';

/**
 * Lays the word counter's new version in a temporary folder, as a person has it before they deploy it.
 * @param options.host belay.yml's
 * @param options.fault laid over it
 * @param options.settings lines appended to belay.yml
 */
export async function makeSource(options: {
  host: string;
  fault?: Fault | readonly Fault[];
  settings?: string[];
}): Promise<{ folder: string; config: string; remove: () => Promise<void> }> {
  const { host, fault, settings = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'belay-words-'));
  await layVersion(
    folder,
    [fault ?? []].flat().map((each) => `faults/${each}`),
  );
  const config = join(folder, 'belay.yml');
  const lines = (await readFile(config, 'utf8')).replace(/^hosts: .*$/m, `hosts: [${host}]`).trimEnd();
  await writeFile(config, [lines, ...settings, ''].join('\n'));
  return { folder, config, remove: () => rm(folder, { recursive: true, force: true }) };
}
