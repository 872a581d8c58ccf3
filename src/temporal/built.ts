import { fileURLToPath } from 'node:url';

/**
 * Where a file of dist/ is: the same from src/ (in tests) and from dist/.
 *
 * The command line's bundle lies as deep as this file, dist/cli/; what asks by its own place may lie deeper.
 */
export function built(name: string): string {
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}
