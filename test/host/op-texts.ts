/** Stands in for src/host/scripts.js (`vi.mock`): an op may be given as a text, `text:echo x`, instead of a script's name. */
import { vi } from 'vitest';
import type * as scripts from '../../src/host/scripts.js';

const real = await vi.importActual<typeof scripts>('../../src/host/scripts.js');

export const { loadFile } = real;

export async function loadScript(name: string): Promise<string> {
  if (!name.startsWith('text:')) return real.loadScript(name);
  return `${await loadFile('lib/common.sh')}\n${name.slice('text:'.length)}`;
}
