import type { App } from '../../domain/app/app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Pm2Home } from '../../domain/keepers/keeper.js';
import { HostError } from '../types.js';
import type { ReleaseManager } from './manager.js';
import { pm2Manager } from './pm2.js';
import { systemdManager } from './systemd.js';

/**
 * What belay.yml says shall keep the app.
 * @throws HostError Configuration: a plan without pm2's daemon is blocked, so nobody should come here with one
 */
export function managerOf(app: App, release: string, daemon: Pm2Home | undefined): ReleaseManager {
  if (app.manager === 'systemd') return systemdManager(app);
  if (daemon !== undefined) return pm2Manager(app, release, daemon);
  throw new HostError(
    failureTypes.configuration,
    'expected the plan to say which pm2 daemon keeps the app, it does not; make a new plan',
  );
}
