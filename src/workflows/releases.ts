import type { ReleasesInput } from '../domain/runbook/messages.js';
import type { KeptRelease } from '../domain/app/release.js';
import { firstContact } from './step/policies.js';
import { take } from './step/take.js';

/** The releases of an app that a host has. Harmless. */
export async function releases(input: ReleasesInput): Promise<{ releases: KeptRelease[] }> {
  return take(
    'listReleases',
    `list the releases of ${input.path} on ${input.reach.alias}`,
    input,
    firstContact,
  );
}
