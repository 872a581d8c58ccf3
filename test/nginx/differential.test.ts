import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askAll, type Told } from './ask-all.js';
import { hasNginx } from './real-nginx.js';

const whole = process.env.BELAY_NGINX_WHOLE !== undefined;
const [first, count] = whole ? [Number(process.env.BELAY_NGINX_WHOLE || 0), 400] : [0, 100];
const mostUnknown = 0.05;

describe.skipIf(!hasNginx())(`belay and a real nginx (skipped: nginx is not installed)`, () => {
  it('name the same backend, of generated configurations and of the shapes of public projects', async () => {
    const seeds = Array.from({ length: count }, (_, index) => first + index);
    const told = await askAll(seeds, true);
    if (whole)
      console.log(
        `${told.questions} questions, ${told.wrong.length} wrong answers, ${told.cannotTell.length} that belay cannot tell`,
      );
    expect(told.wrong).toEqual([]);
    expect(told.questions).toBeGreaterThan(count * 4);
    expect(told.cannotTell.length).toBeLessThan(told.questions * mostUnknown);
    expect(unlisted(told)).toEqual([]);
  }, 300_000);
});

/** Of what belay cannot tell, what docs/nginx.md does not say. */
function unlisted({ cannotTell }: Told): string[] {
  const page = readFileSync(new URL('../../docs/nginx.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^- `([^`]+)`/gm)].map(([, text = '']) =>
    text.split('…').map((part) => part.trim()),
  );
  return cannotTell
    .filter(({ why }) => !listed.some((parts) => parts.every((part) => why.includes(part))))
    .map(({ of, why }) => `${of}: ${why}`);
}
