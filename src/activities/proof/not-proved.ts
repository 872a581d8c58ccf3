import type { App } from '../../domain/app/app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { externalPages } from '../../domain/app/pages.js';
import { HostError } from '../../host/types.js';
import { quoteLog, type Log } from '../../host/proof/log.js';

/** The name by which visitors ask for the app, which some apps insist on. */
export function hostHeaderOf(app: App): string {
  const site = app.site?.split('/')[0] ?? '';
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(site)) return site;
  const [page] = externalPages(app);
  return page === undefined ? 'localhost' : new URL(page.at).host;
}

/** What was not proved: where, what was expected and what came, the log as evidence, and what to do. */
export function notProved(what: {
  where: string;
  faults: readonly string[];
  log?: Log;
  remedy: string;
}): HostError {
  const { where, faults, log, remedy } = what;
  const more = faults.length > 3 ? [`and ${faults.length - 3} more`] : [];
  const quoted = log === undefined ? [] : ['Its log:', quoteLog(log)];
  return new HostError(
    failureTypes.verification,
    [`${where}: ${[...faults.slice(0, 3), ...more].join('; ')}.`, ...quoted, remedy].join('\n').trimEnd(),
  );
}
