import type { Plan } from '../../src/domain/plan.js';

/** A comparison in which nothing differs, of nothing. */
export const noFiles: Plan['files'] = {
  added: [],
  changed: [],
  removed: [],
  addedCount: 0,
  changedCount: 0,
  removedCount: 0,
  total: 0,
  totalBytes: 0,
  upload: { files: 0, bytes: 0 },
};

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
    files: noFiles,
    hostOnly: [],
    baseline: [],
    actions: [],
    findings: [],
    fenceNumber: 0,
    bootId: '',
    ...over,
  };
}
