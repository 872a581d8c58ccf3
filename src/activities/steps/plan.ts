import { createHash } from 'node:crypto';
import type { PlanInput } from '../../domain/plan/input.js';
import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import { findingCatalogue } from '../../domain/findings/catalogue.js';
import { commitsSince } from '../../domain/plan/commits.js';
import { buildPlan, type Start } from '../../domain/plan/build.js';
import { planProjection } from '../../domain/plan/digest.js';
import { managerOf } from '../../host/keepers/choose.js';
import type { Started } from '../../host/keepers/manager.js';
import type { Step } from '../runtime/dependencies.js';
import { findChromium } from '../proof/chromium.js';

/** Makes the plan out of facts, files and findings; asks no host. */
export const plan: Step<'plan'> =
  ({ artifacts }) =>
  async (input) => {
    const findings = [...input.findings, ...browserFindings(input)];
    const made = buildPlan({ ...input, findings }, (start) => isStartedSo(input, start));
    // What a rollback goes back to may be packed no more.
    const manifest = await artifacts.manifest(input.artifact).catch(() => undefined);
    const commits = commitsSince(input.facts.app, manifest);
    return { ...made, ...(commits && { commits }), digest: sha256(planProjection(made)) };
  };

/** A browser that is wanted and absent is reported before anything stops. */
function browserFindings({ app, reach }: PlanInput): Finding[] {
  const { browser = [] } = app.verify;
  const found = browser.length === 0 ? undefined : findChromium();
  if (found === undefined || 'executable' in found) return [];
  const { means, remedy } = findingCatalogue['app.no-browser'];
  return [
    makeFinding('app.no-browser', { host: reach.alias, message: means, evidence: found.lookedFor, remedy }),
  ];
}

/** Whether the files by which the active release was started are those that would be written now. */
function isStartedSo({ app, facts }: PlanInput, start: Start): boolean {
  const found = facts.app.activeFiles ?? {};
  const started = managerOf(app, start.release, start.seen).started({ app, ...start });
  return Object.entries(started).every(([file, text]) => found[file as keyof Started] === sha256(text));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
