import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Browser, Page as Tab } from 'playwright-core';
import type { Reach } from '../../domain/app/app.js';
import type { BrowserPage } from '../../domain/app/page.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { redact } from '../../domain/secrets/text.js';
import { heeding } from '../../host/heeding.js';
import { HostError } from '../../host/types.js';
import { findChromium } from './chromium.js';

const loadMs = 20_000;
const visibleMs = 3_000;
const launchMs = 20_000;
const mostFaults = 3;
/** Chromium drops what it loads where an address of the worker's machine comes or goes, as when a container starts. */
const mostLoads = 5;
const mostText = 200;
/** Folders of screenshots that stay, one a release. */
const keptReleases = 20;

/** What a page in a browser came to: one line of evidence, or what is wrong with it. */
export interface Seen {
  url: string;
  faults: string[];
  evidence: string;
}

/**
 * Opens pages in Chromium, one after the other, until one has a fault.
 * @throws HostError Configuration where there is no Chromium; VerificationFailed where it cannot be started, or ends
 * @param folder of this release, where the screenshots go, if they are kept; those of older releases beside it are pruned
 */
export async function lookAt(
  pages: readonly BrowserPage[],
  { reach, folder, signal }: { reach: Reach; folder: string | undefined; signal: AbortSignal },
): Promise<Seen[]> {
  // Chromium would show files of the worker's machine as well.
  const odd = pages.find(({ url }) => !/^https?:\/\//i.test(url));
  if (odd !== undefined)
    throw new HostError(failureTypes.notOwn, `expected a page with http:// or https://, got ${odd.url}`);
  const browser = await heeding(signal, launch(reach), (late) => late.close());
  const stop = (): void => void browser.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (folder !== undefined) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await prune(dirname(folder));
    }
    const seen: Seen[] = [];
    for (const [index, page] of pages.entries()) {
      const file = folder && join(folder, `${index + 1}-${fileName(page.url)}.jpg`);
      const one = await lookAtOne(browser, page, file, reach.caFile !== undefined).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw failed(`Chromium ended while it showed ${page.url}`, cause);
      });
      signal.throwIfAborted();
      seen.push(one);
      if (one.faults.length > 0) break;
    }
    return seen;
  } finally {
    signal.removeEventListener('abort', stop);
    await browser.close();
  }
}

async function launch({ resolve = {} }: Reach): Promise<Browser> {
  const found = findChromium();
  if (!('executable' in found)) {
    const message = `verify.browser needs Chromium where the worker runs, and there is none: looked for ${found.lookedFor}. Install it (apt install chromium), or leave verify.browser out`;
    throw new HostError(failureTypes.configuration, message);
  }
  // Only here: it takes a while to load, and most workers never need it.
  const { chromium } = await import('playwright-core');
  const rules = Object.entries(resolve).map(
    ([name, address]) => `MAP ${name} ${address.includes(':') ? `[${address}]` : address}`,
  );
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  const options = {
    executablePath: found.executable,
    timeout: launchMs,
    // Chromium refuses its own sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      ...quiet,
      '--disable-gpu',
      ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(',')}`] : []),
    ],
  };
  return chromium.launch(options).catch((cause: unknown) => {
    throw failed(`Chromium (${found.executable}) could not be started where the worker runs`, cause);
  });
}

/** A browser that fails is reported at once: it would fail again, and the site waits. */
function failed(what: string, cause: unknown): HostError {
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  const message = `${what}: ${shortened(said)}. See what \`belay worker\` says, or leave verify.browser out`;
  return new HostError(failureTypes.verification, message, { cause });
}

/** Loads a page, and again where it has faults while the worker's own network changed: that says nothing of the site. */
async function lookAtOne(...looking: Parameters<typeof loadOne>): Promise<Seen> {
  for (let loads = 1; ; loads++) {
    const { seen, disturbed } = await loadOne(...looking);
    if (!disturbed || seen.faults.length === 0 || loads === mostLoads) return seen;
  }
}

async function loadOne(
  browser: Browser,
  page: BrowserPage,
  file: string | undefined,
  trusting: boolean,
): Promise<{ seen: Seen; disturbed: boolean }> {
  // The layer before has checked the certificate, against authorities that Chromium does not know.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    ignoreHTTPSErrors: trusting,
  });
  try {
    const tab = await context.newPage();
    const { faults, disturbed } = watch(tab, new URL(page.url).hostname);
    const began = performance.now();
    const status = await open(tab, page.url, faults);
    if (status !== null && faults.length === 0) await expectShown(tab, page, faults);
    const milliseconds = Math.round(performance.now() - began);
    const kept = file === undefined ? '' : await keep(tab, file);
    const evidence = `in a browser: ${page.url} → ${status ?? 'no answer'}, loaded in ${milliseconds} ms${kept}`;
    return { seen: { url: page.url, faults: faults.map(shortened), evidence }, disturbed: disturbed() };
  } finally {
    await context.close();
  }
}

async function keep(tab: Tab, file: string): Promise<string> {
  const options = { path: file, type: 'jpeg', quality: 70, timeout: visibleMs } as const;
  return tab.screenshot(options).then(
    () => `, screenshot ${file}`,
    () => ', no screenshot could be taken',
  );
}

/** Collects what goes wrong while a page loads. What other sites fail at is not this release's. */
function watch(tab: Tab, site: string): { faults: string[]; disturbed: () => boolean } {
  const faults: string[] = [];
  let networkChanged = false;
  const add = (fault: string): void => {
    if (faults.length < mostFaults && !faults.includes(fault)) faults.push(fault);
  };
  const isOwn = (url: string): boolean => !URL.canParse(url) || ['', site].includes(new URL(url).hostname);
  tab.on('pageerror', (error) => add(`an error in its script: ${error.message}`));
  tab.on('console', (message) => {
    const { url } = message.location();
    // A failed request is reported as such.
    if (message.type() === 'error' && isOwn(url) && !message.text().startsWith('Failed to load resource'))
      add(`an error in its console: ${message.text()}`);
  });
  tab.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'no reason given';
    networkChanged ||= why === 'net::ERR_NETWORK_CHANGED';
    // What the page itself gives up is no failure; what was answered is told with its status.
    if (isOwn(request.url()) && !['net::ERR_ABORTED', 'net::ERR_HTTP_RESPONSE_CODE_FAILURE'].includes(why))
      add(`its request for ${request.url()} failed: ${why}`);
  });
  tab.on('response', (response) => {
    if (isOwn(response.url()) && response.status() >= 400)
      add(`its request for ${response.url()} was answered ${response.status()}`);
  });
  return { faults, disturbed: () => networkChanged };
}

async function open(tab: Tab, url: string, faults: string[]): Promise<number | null> {
  try {
    const response = await tab.goto(url, { waitUntil: 'load', timeout: loadMs });
    return response?.status() ?? null;
  } catch (error) {
    if (faults.length === 0) faults.push(`it did not load: ${(error as Error).message.split('\n')[0] ?? ''}`);
    return null;
  }
}

async function expectShown(tab: Tab, { text, selector }: BrowserPage, faults: string[]): Promise<void> {
  const shown = async (locator: ReturnType<Tab['locator']>, what: string): Promise<void> => {
    try {
      await locator.first().waitFor({ state: 'visible', timeout: visibleMs });
    } catch (error) {
      const invalid = /Unexpected token|is not a valid selector|parsing css selector/i.test(
        (error as Error).message,
      );
      faults.push(
        invalid
          ? `${what} is no CSS selector`
          : `${what} was expected to be seen, it is not within ${visibleMs / 1000} s`,
      );
    }
  };
  if (text !== undefined) await shown(tab.getByText(text).filter({ visible: true }), `the text “${text}”`);
  if (selector !== undefined)
    await shown(tab.locator(`css=${selector}`).filter({ visible: true }), `“${selector}”`);
}

function shortened(fault: string): string {
  const text = redact(fault.replace(/\s+/g, ' '));
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text;
}

/** `words.example.test-tools-word-counter` */
function fileName(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`
    .replace(/[^\w.]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
}

/** Names of releases begin with their time. */
async function prune(parent: string): Promise<void> {
  const names = (await readdir(parent)).sort().slice(0, -keptReleases);
  await Promise.all(names.map((name) => rm(join(parent, basename(name)), { recursive: true, force: true })));
}
