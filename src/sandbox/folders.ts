import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, stateFolder } from '../temporal/state.js';

/** Where the sandbox keeps its servers, in belay's state folder. Absolute. */
export function sandboxState(): string {
  return join(stateFolder(), 'sandbox');
}

/** Where the bases of servers are kept, each made once. Absolute. */
export function sandboxCache(): string {
  return join(cacheFolder(), 'sandbox');
}

/** A file of the package's own `sandbox/`. */
export function sandboxFile(name: string): string {
  return fileURLToPath(new URL(`../../sandbox/${name}`, import.meta.url));
}

/** The folder of the example that the incident's server runs. */
export function wordCounter(): string {
  return fileURLToPath(new URL('../../examples/word-counter/', import.meta.url));
}
