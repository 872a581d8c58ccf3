import { chromium, type Browser, type Page } from 'playwright-core';

/** Debian's Chromium, in which tests look at pages. */
export const executablePath = '/usr/bin/chromium';

/** Starts it; it asks for nothing of its own. Whoever did ends it by `closeBrowser`. */
export function openBrowser(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
  return chromium.launch({ executablePath, args });
}

/**
 * Has Node make a page's requests: Chromium gives up what it loads when a network interface comes or goes, as those of
 * servers do.
 */
export async function loadByNode(page: Page): Promise<void> {
  await page.route('**', async (route) => {
    try {
      await route.fulfill({ response: await route.fetch() });
    } catch {
      // The page is gone by now, or its server; the page shows the latter.
      await route.abort().catch(() => undefined);
    }
  });
}

/** Ends it with its pages, and first what they still load: nothing of it is under way when the test is over. */
export async function closeBrowser(browser: Browser): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages());
  await Promise.all(pages.map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })));
  await browser.close();
}
