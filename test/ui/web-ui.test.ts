import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxUnavailable } from '../../src/sandbox/index.js';
import { until } from '../../src/sandbox/wait.js';
import { uiLink } from '../../src/temporal/connect.js';
import { closeBrowser, executablePath, loadByNode, openBrowser } from '../browser.js';
import { World, type Deploying } from '../chaos/world.js';

const unavailable = sandboxUnavailable() ?? (existsSync(executablePath) ? undefined : `no ${executablePath}`);
if (unavailable) console.warn(`skipped: ${unavailable}`);

/** What a person sees and does in Temporal's own Web UI, in a real browser. */
describe.skipIf(unavailable !== undefined)('the Web UI', () => {
  let world: World;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    world = await World.create();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(60_000);
    await loadByNode(page);
  });
  afterAll(async () => {
    await closeBrowser(browser);
    await world.remove();
  });

  /** Opens the run's page at one of its tabs. */
  async function open({ runId }: Deploying, tab: string): Promise<void> {
    await page.goto(uiLink(world.workflowId, runId) ?? expect.fail('no Web UI'), {
      waitUntil: 'domcontentloaded',
    });
    await seen(tab).click();
  }

  /** What the page shows: it also holds parts for other widths, hidden. */
  const seen = (text: string) => page.getByText(text).filter({ visible: true }).first();

  /** Waits until a text is to be read, in the page or in the frames in which it shows Markdown. */
  async function reads(text: string): Promise<void> {
    const shown = await until(
      async () => {
        const texts = page.frames().map((frame) => frame.locator('body').innerText({ timeout: 5000 }));
        const all = await Promise.all(texts.map((each) => each.catch(() => '')));
        return all.some((one) => one.includes(text)) ? true : undefined;
      },
      { deadlineMs: 60_000 },
    );
    expect(shown, `to be read in the Web UI: ${text}`).toBe(true);
  }

  /** By the UI's own dialog. */
  async function signal(name: string, data?: string): Promise<void> {
    await page.getByRole('button', { name: 'More Actions' }).filter({ visible: true }).first().click();
    await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByTestId('signal-select-button').click();
    await dialog.getByRole('option', { name }).first().click();
    if (data !== undefined) await dialog.getByRole('textbox').last().fill(JSON.stringify(data));
    await dialog.getByRole('button', { name: 'Submit' }).click();
  }

  const shot = async (name: string): Promise<void> => {
    const folder = process.env['BELAY_SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
  };

  const over = (deploying: Deploying) =>
    until(async () => (await world.view(deploying.runId))?.result ?? undefined, { deadlineMs: 120_000 });

  test('shows the plan while it waits, takes an approval, and tells the story step by step', async () => {
    const deploying = await world.deploy('good', [], []);
    await deploying.command.done;
    await open(deploying, 'User Metadata');
    await reads('Waiting for approval');
    await reads('Stop what serves now: process gunicorn');
    await reads('check the staged release with chaos1');
    await shot('web-ui-approval');

    await seen('Search Attributes').click();
    await reads('BelayRelease');
    await reads('"BelayApp": "word-counter"');

    await signal('approve');
    expect(await over(deploying)).toMatchObject({ outcome: 'succeeded' });
    await open(deploying, 'User Metadata');
    await reads('start on port 9999, as nginx expects');
    await shot('web-ui-history');

    await page.goto(new URL('../workflows', uiLink('-') ?? expect.fail('no Web UI')).href, {
      waitUntil: 'domcontentloaded',
    });
    await page.getByTestId('workflows-summary-table-configuration-button').click();
    for (const name of ['Run ID', 'Type', 'Start', 'End'])
      await page.getByRole('button', { name: `Remove ${name} column` }).click();
    for (const name of ['BelayApp', 'BelayHost', 'BelayOutcome'])
      await page.getByRole('button', { name: `Add ${name} column` }).click();
    // The browser keeps them.
    await page.reload({ waitUntil: 'domcontentloaded' });
    const row = page.getByRole('row').filter({ hasText: world.workflowId });
    await row.getByText('succeeded', { exact: true }).waitFor();
    expect(await row.innerText()).toMatch(/word-counter\s+chaos1\s+succeeded/);
    await shot('web-ui-columns');
  });

  test('takes an abort with its reason', async () => {
    const deploying = await world.deploy('good', [], []);
    await deploying.command.done;
    await open(deploying, 'User Metadata');
    await signal('abort', 'seen in the browser');
    expect(await over(deploying)).toMatchObject({
      outcome: 'aborted',
      cause: expect.stringContaining('seen in the browser') as string,
    });
  });
});
