import type { App } from '../../src/domain/app/app.js';

/** A belay.yml with nothing but what it must have. */
export function makeApp(over: Partial<App> = {}): App {
  return {
    name: 'words',
    environment: 'production',
    path: '/srv/words',
    run: 'gunicorn -w 4 -b {bind} app:app',
    manager: 'systemd',
    port: 'auto',
    env: {},
    build: [],
    checks: { local: [], host: [] },
    hooks: { release: [], before: [], after: [] },
    shared: [],
    discard: [],
    acknowledge: {},
    rehearse: true,
    verify: { internal: ['/'], external: [] },
    soakSeconds: 30,
    approval: 'required',
    keep: 5,
    ...over,
  };
}
