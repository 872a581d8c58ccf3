import type { App } from '../app/app.js';
import { makeFinding, type Finding } from '../findings/finding.js';
import { findingCatalogue } from '../findings/catalogue.js';

/** The finding of a rehearsal that went well; `evidence` is what was seen, a line each. */
export function rehearsed(host: string, release: string, evidence: readonly string[]): Finding {
  const message = `Release ${release}, booted on a spare port, came up and answered.`;
  return makeFinding('app.rehearsal', { host, message, evidence: evidence.join('\n'), remedy: '' }, 'info');
}

/**
 * The finding of a rehearsal that failed. A plan runs neither build nor migrations: where belay.yml has some, the release may
 * only lack these.
 * @param failure what went wrong in its first line, then what was seen
 */
export function notRehearsed(host: string, app: Pick<App, 'build' | 'hooks'>, failure: string): Finding {
  const [message = '', ...evidence] = failure.split('\n');
  const lacks = [
    ...(app.build.length > 0 ? ['`build`'] : []),
    ...(app.hooks.release.length > 0 ? ['`hooks.release`'] : []),
  ].join(' and ');
  const said = {
    host,
    message: lacks === '' ? message : `${message} A plan does not run ${lacks}, which it may need.`,
    evidence: evidence.join('\n'),
    remedy: findingCatalogue['app.rehearsal'].remedy,
  };
  return makeFinding('app.rehearsal', said, lacks === '' ? 'block' : 'warn');
}
