import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = 'test/fixtures/histories';

/** Names of the histories that were recorded: `deploy-succeeded`; the workflow's type comes first. */
export async function names(): Promise<string[]> {
  return (await readdir(folder)).map((file) => file.replace(/\.json$/, '')).sort();
}

/** A history in the JSON that Temporal's own tools write too. */
export async function load(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as unknown;
}

/** Puts these in the place of those that are there. */
export async function replaceAll(histories: ReadonlyMap<string, unknown>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, history] of histories)
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(history)}\n`);
}
