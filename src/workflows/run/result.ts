import type { Plan } from '../../domain/plan/plan.js';
import type { DeployResult, OutcomeKind } from '../../domain/runbook/outcome.js';
import type { Outage } from './outage.js';

/** How a run ended. */
interface Ended {
  outcome: OutcomeKind;
  cause: string | undefined;
  /** What is left to a person. */
  remains: string[];
  plan: Plan | undefined;
  outage: Outage;
  release: string;
}

/** What a run returns. */
export function deployResult({ outcome, cause, remains, plan, outage, release }: Ended): DeployResult {
  const previous = plan === undefined || plan.previous.kind === 'none' ? null : plan.previous.release;
  const active = plan?.previous.kind === 'release' ? plan.previous.release : null;
  return {
    outcome,
    cause,
    serving: outcome === 'succeeded' ? release : active,
    previous,
    port: plan?.bind?.kind === 'port' ? plan.bind.port : null,
    findings: plan?.findings ?? [],
    downtimeSeconds: outage.seconds,
    ...(outage.spans === undefined ? {} : { outages: outage.spans }),
    remains,
  };
}
