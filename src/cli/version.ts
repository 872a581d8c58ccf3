import { readFileSync } from 'node:fs';

/** belay's version, as package.json says it. Asked from here, for the bundle lies as deep as this file. */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
