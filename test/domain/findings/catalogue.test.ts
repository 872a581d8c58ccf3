import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingCatalogue } from '../../../src/domain/findings/catalogue.js';
import type { FindingKind } from '../../../src/domain/findings/kind.js';
import { findingsPage } from '../../../src/domain/findings/page.js';

const kinds: [string, FindingKind][] = Object.entries(findingCatalogue);

describe('the catalogue of findings', () => {
  // `npm run build` writes it anew.
  it('is what docs/FINDINGS.md says', () => {
    expect(readFileSync('docs/FINDINGS.md', 'utf8')).toBe(findingsPage());
  });

  it('has every id on that page, with its severity and remedy', () => {
    const page = findingsPage();
    expect(page.match(/^### /gm)).toHaveLength(kinds.length);
    for (const [id, { severity, remedy }] of kinds) {
      expect(page).toMatch(
        new RegExp(`^### ${id.replace('.', '\\.')}\n\n.+\n\n- Severity: \\*\\*${severity}`, 'm'),
      );
      expect(page).toContain(`- Remedy: ${remedy}\n`);
    }
  });

  it('has no finding that nothing makes', () => {
    const code = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|py|cjs|sh)$/.test(file) && !file.endsWith('finding-catalogue.ts'))
      .map((file) => readFileSync(join('src', file), 'utf8'))
      .join('\n');
    const unused = kinds
      .map(([id]) => id)
      .filter((id) => !new RegExp(`['"]${id.replaceAll('.', '\\.')}['"]|shell ${id}`).test(code));
    expect(unused).toEqual([]);
  });
});
