import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { belayYmlPage } from '../../src/config/reference-page.js';

describe('the reference of belay.yml', () => {
  // `npm run build` writes it anew.
  it('is what docs/belay.yml.md says', () => {
    expect(readFileSync('docs/belay.yml.md', 'utf8')).toBe(belayYmlPage());
  });

  it('has every key with its default and what it may be', () => {
    const page = belayYmlPage();
    expect(page).toContain('| `app` | needed | text | The app’s name');
    expect(page).toContain('| `port` | `auto` | `auto`, or a number from 1 to 65535 |');
    expect(page).toContain('| `verify.internal` | `["/"]` | a list |');
    expect(page).toContain('| `keep` | `5` | a number from 2 to 100 |');
    expect(page).toContain('| `environments` |');
  });
});
