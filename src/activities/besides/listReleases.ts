import { readReleases } from '../../host/facts/releases.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** Lists the releases that a host has of an app, those that failed too. Harmless. */
export const listReleases: Step<'listReleases'> =
  ({ hosts }) =>
  async ({ path, reach }) => {
    const session = await hosts.session(reach);
    return { releases: await readReleases(session, path, cancelSignal()) };
  };
