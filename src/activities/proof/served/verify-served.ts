import { join } from 'node:path';
import type { ChangeInput, VerifyResult } from '../../../domain/runbook/activities.js';
import type { Page } from '../../../domain/app/page.js';
import { externalPages } from '../../../domain/app/pages.js';
import { askingFor } from '../../../host/proof/judge.js';
import { checkPages, expectedPage } from '../../../host/proof/page-check.js';
import { probeExternal } from '../../../host/proof/probe-external.js';
import type { HostError, HostSession } from '../../../host/types.js';
import { lookAt } from '../browser.js';
import { runCommand } from '../commands.js';
import { notProved } from '../not-proved.js';
import { polling } from '../polling.js';
import { sideBySide } from '../side-by-side.js';
import { progress } from '../../runtime/context.js';
import { byteForByte } from './byte-for-byte.js';
import { releaseFiles } from './release-files.js';

const askMs = 10_000;

/**
 * Proves files alone: where path leads, that nginx serves the release's files byte for byte, on the host and as a visitor, pages as a
 * visitor and in a browser, belay.yml's own commands.
 */
export async function verifyServed(
  session: HostSession,
  input: ChangeInput,
  screenshots: string | undefined,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const layers = [
    (ended: AbortSignal) => files(session, input, ended),
    (ended: AbortSignal) => outside(session, input, ended),
  ];
  return {
    evidence: [
      ...(await sideBySide(layers, signal)),
      ...(await browser(session, input, screenshots, signal)),
      ...(await commands(session, input, signal)),
    ],
  };
}

async function files(session: HostSession, input: ChangeInput, signal: AbortSignal): Promise<string[]> {
  const { app, release } = input;
  progress({ text: 'files through nginx' });
  const { faults, files: known } = await releaseFiles(session, input, signal);
  if (faults.length > 0)
    throw failed(
      session,
      'where path leads',
      faults,
      `Look who changed what ${app.path} leads to, then deploy again.`,
    );
  const compared = await byteForByte(session, input, known, { ...polling, signal });
  const wrong = compared.flatMap(({ fault }) => fault ?? []);
  if (wrong.length > 0)
    throw failed(
      session,
      'asking nginx for files of the release',
      wrong,
      'Look at nginx (`nginx -T`: which server and location take this URL, whether its root leads through path alone, what caches), then deploy again.',
    );
  return [`${app.path} leads to ${release}`, ...compared.map(({ evidence }) => evidence)];
}

async function outside(
  session: HostSession,
  { app, reach }: ChangeInput,
  signal: AbortSignal,
): Promise<string[]> {
  const answers = app.verify.answers ?? 3;
  const ask = (page: Page, ended: AbortSignal) =>
    probeExternal(page.at, reach, { ...askingFor(page, askMs), signal: ended });
  const { good, failed: page } = await checkPages(externalPages(app), ask, {
    ...polling,
    good: answers,
    signal,
  });
  if (page !== undefined)
    throw failed(
      session,
      'asking as a visitor',
      [expectedPage(page)],
      'Look at the page itself, at nginx (its error log), at the address of the name and at the certificate, then deploy again.',
    );
  return good.map(
    ({ page: { at }, polled: { last } }) => `GET ${at} → ${last.status ?? 'no answer'}, ${answers} in a row`,
  );
}

async function browser(
  session: HostSession,
  { app, reach, release }: ChangeInput,
  screenshots: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const pages = app.verify.browser ?? [];
  if (pages.length === 0) return [];
  progress({ text: 'pages in a browser' });
  const folder =
    screenshots && join(screenshots, app.name, app.environment, reach.alias.replaceAll('/', '-'), release);
  const seen = await lookAt(pages, { reach, folder, signal });
  const wrong = seen.find(({ faults }) => faults.length > 0);
  if (wrong === undefined) return seen.map(({ evidence }) => evidence);
  throw failed(
    session,
    `opening ${wrong.url} in a browser`,
    wrong.faults,
    `Seen: ${wrong.evidence}. Mend the page, or verify.browser in belay.yml, and deploy again.`,
  );
}

async function commands(session: HostSession, input: ChangeInput, signal: AbortSignal): Promise<string[]> {
  const evidence: string[] = [];
  for (const [at, command] of (input.app.verify.commands ?? []).entries()) {
    progress({ text: command });
    const result = await runCommand(session, input, { command, index: at + 1, signal });
    if ('fault' in result)
      throw failed(
        session,
        'running verify.commands',
        [result.fault],
        `It said:\n${result.output}\nMend what it tells of, or the command in belay.yml, and deploy again.`,
      );
    evidence.push(result.evidence);
  }
  return evidence;
}

function failed(session: HostSession, how: string, faults: readonly string[], remedy: string): HostError {
  return notProved({ where: `verify on ${session.alias}, ${how}`, faults, remedy });
}
