import type { App } from '../../src/domain/app/app.js';
import type { Facts } from '../../src/domain/facts/facts.js';
import { buildPlan } from '../../src/domain/plan/build.js';

/** The plan for an app on a host that has these facts, with its findings as `<severity> <id>` besides. */
export function planned(app: App, facts: Facts) {
  const plan = buildPlan(
    {
      app,
      facts,
      reach: { alias: 'web1' },
      deployment: '',
      startedBy: '',
      release: '20261124T101500Z-1f0c9a2b',
      artifact: 'artifact',
      baseline: [],
      findings: [],
    },
    () => false,
  );
  return { ...plan, ids: plan.findings.map(({ severity, id }) => `${severity} ${id}`) };
}
