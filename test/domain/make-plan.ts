import { noComparison } from '../../src/domain/plan/build.js';
import type { Plan } from '../../src/domain/plan/plan.js';

/** A plan that adopts what lies at the app's path, and finds nothing that runs there. */
export function makePlan(over: Partial<Plan> = {}): Plan {
  return {
    digest: '',
    host: 'web1',
    release: '20261124T101500Z-1f0c9a2b',
    artifact: '',
    unchanged: false,
    bind: { kind: 'port', port: 9999, from: '/etc/nginx/sites-enabled/words:13' },
    user: 'www-data',
    previous: { kind: 'adopt', release: '20261124T101400Z-adopted' },
    stops: [],
    files: noComparison.files,
    hostOnly: [],
    baseline: [],
    actions: [],
    findings: [],
    fenceNumber: 0,
    bootId: '',
    ...over,
  };
}
