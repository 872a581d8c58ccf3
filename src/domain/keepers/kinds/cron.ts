import type { Keeper } from '../../app/keeper.js';
import type { StopKind } from './found.js';

/** A line of cron, or of a script that something starts at boot. */
export const cron: StopKind<Extract<Keeper, { kind: 'cron' }>> = {
  keeps: () => false,
  runs: false,
  comesBack: true,
  onHost: () => [],
  gives: () => [],
  ends: () => 'Switch off',
  told: ({ source, line, text, digest, script }) => ({
    source,
    line,
    text,
    digest,
    script: script ? 'yes' : undefined,
  }),
};
