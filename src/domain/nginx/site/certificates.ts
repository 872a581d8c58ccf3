import type { Facts } from '../../facts/facts.js';
import type { Bind } from '../../app/address.js';
import { leadsTo } from '../routing/own-address.js';

/** A certificate of the app's site that has ended or is about to. */
export interface EndingCertificate {
  /** As nginx's configuration names it. */
  file: string;
  /** ISO 8601, the day alone. */
  until: string;
  /** Whole days that are left; below 0: it has expired. */
  days: number;
}

const soonDays = 14;

/** The files that nginx names as certificates of the servers that lead to the app, where they end within 14 days. */
export function endingCertificates(facts: Facts, bind: Bind | null): EndingCertificate[] {
  const { nginx, certificates = [], system } = facts;
  const own = (nginx?.servers ?? []).filter(({ locations }) =>
    locations.some(({ backends }) =>
      backends.some((backend) => bind !== null && leadsTo(backend, bind, facts)),
    ),
  );
  const files = new Set(own.flatMap(({ certificate }) => certificate ?? []));
  return [...files].flatMap((file): EndingCertificate[] => {
    const expires = certificates.find((one) => one.file === file)?.expires ?? null;
    if (expires === null) return [];
    const days = Math.floor((expires - system.now) / 86_400);
    return days < soonDays
      ? [{ file, until: new Date(expires * 1000).toISOString().slice(0, 10), days }]
      : [];
  });
}
