import type { Recovered } from '../../domain/facts/facts.js';

/** Who holds a host for an app, as common.sh's tell_owner prints it. */
export interface Owner {
  number: number;
  /** Empty where nobody ever held the host. */
  deployment: string;
  by: string;
  /** Seconds since the epoch, the host's clock. */
  since: number;
  /** Last time a change began or ended. */
  renewed: number;
  /** That the host put the old version back by itself after this deployment. */
  recovered?: Recovered;
}

/** From `key=value` lines. */
export function parseOwner(text: string): Owner {
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const at = Number(value('recovered'));
  return {
    number: Number(value('number')),
    deployment: value('deployment'),
    by: value('by'),
    since: Number(value('since')),
    renewed: Number(value('renewed')),
    ...(at > 0 ? { recovered: { at, by: value('recovered_by'), why: value('recovered_why') } } : {}),
  };
}

/** `deployment X, started by Y, since 2026-11-24T10:15:00Z`. */
export function describeOwner(owner: Owner): string {
  if (owner.deployment === '') return 'nobody';
  const since = new Date(owner.since * 1000).toISOString().replace('.000', '');
  return `deployment ${owner.deployment}, started by ${owner.by}, since ${since}`;
}
