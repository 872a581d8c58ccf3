import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelOf } from '../../src/domain/runbook/labels.js';
import { en } from '../../src/history/catalogue/en.js';
import { zh } from '../../src/history/catalogue/zh.js';
import { reportHtml } from '../../src/history/report/html.js';
import { closeBrowser, executablePath, openBrowser } from '../browser.js';
import { rolledBack } from '../history/rolled-back.js';

const unavailable = existsSync(executablePath) ? undefined : `no ${executablePath}`;
if (unavailable) console.warn(`skipped: ${unavailable}`);

const nasty = '<script>window.ran = 1</script><img src="http://example.test/x.png" onerror="window.ran = 1">';

/** A report as HTML, as a browser shows it on a phone, on a desk and on paper. */
describe.skipIf(unavailable !== undefined)('a report in a browser', () => {
  let browser: Browser;
  const html = reportHtml(rolledBack(nasty).view(), 'http://ui.example.test/a/long/address/of/the/run');

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => closeBrowser(browser));

  test.each([
    ['a phone', 360, html],
    ['a phone, in Chinese', 360, reportHtml(rolledBack(nasty).view(), null, zh)],
    ['a desk', 1280, html],
  ])('fits %s, runs nothing and asks for nothing', async (_, width, page_) => {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.setContent(page_, { waitUntil: 'load' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(await page.locator('script, img').count()).toBe(0);
    expect(requests).toEqual([]);
    // The reason, as it was typed.
    expect(await page.locator('body').innerText()).toContain(nasty);
    // Every step's name is to be read beside how long it took.
    const overlaps = await page.evaluate(`(() => {
      const texts = [...document.querySelectorAll('.chart text')].map((text) => text.getBoundingClientRect());
      return texts.filter((a, i) => texts.some((b, j) => i < j && a.left < b.right && b.left < a.right &&
        a.top < b.bottom - 2 && b.top < a.bottom - 2)).length;
    })()`);
    expect(overlaps).toBe(0);
    await page.close();
  });

  test('is dark where the reader’s screen is, and light on paper', async () => {
    const page = await browser.newPage();
    const ink = () => page.evaluate('getComputedStyle(document.body).color');
    await page.setContent(html);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ink();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ink()).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await ink()).toBe('rgb(0, 0, 0)');
    const paper = await page.pdf({ format: 'A4' });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });

  test('names each part of the chart in both languages', async () => {
    const page = await browser.newPage();
    for (const words of [en, zh]) {
      await page.setContent(reportHtml(rolledBack().view(), null, words));
      expect(await page.getByRole('img', { name: words.chart.label }).count()).toBe(1);
      expect(await page.locator('.legend').innerText()).toContain(words.kinds.undo);
      expect(await page.locator('.chart').textContent()).toContain(labelOf('verifyOld', words.lang));
    }
    await page.close();
  });
});
