/** Something that is not as it should be. */
export interface Trouble {
  /** The same for the same trouble, look after look: `page /`, `file app.py`, `cron crontab:root …`. */
  key: string;
  kind: 'page' | 'process' | 'host' | 'drift' | 'certificate' | 'disk' | 'deployment';
  /** One sentence. */
  text: string;
}

/** What one look saw. */
export type Seen =
  | { state: 'judged'; troubles: Trouble[] }
  /** Nothing can be said now, and why: a deployment changes the host, the worker has no network. */
  | { state: 'deploying' | 'blind'; why: string };

/** A trouble as it is remembered from look to look. */
interface Ailment extends Trouble {
  /** Milliseconds since the epoch: the first look that found it. */
  since: number;
  /** Looks in a row that found it, and looks in a row since that did not. */
  bad: number;
  good: number;
  /** Whether people were told. */
  told: boolean;
}

/** What one run of the health watch leaves to the next. Bounded. */
export interface HealthState {
  /** `watching`: nothing is known yet that would be worth telling. */
  verdict: 'healthy' | 'troubled' | 'deploying' | 'blind';
  /** Milliseconds since the epoch: since when it is so. */
  since: number;
  /** Of the last look. */
  lookedAt: number;
  /** Why nothing is judged, where that is so. */
  why?: string;
  ailments: Ailment[];
}

/** What people are notified of after a look. */
export interface HealthChange {
  kind: 'alert' | 'recovery';
  about: Trouble[];
  /** What people were notified of and what is not over yet. */
  still: Trouble[];
}

/** A trouble is reported after this many looks in a row with it, and is over after as many without it. */
const lasting = 2;
const most = 50;

/**
 * Takes one look in: what is known from now on, and what there is to tell. A trouble is told once, and its end once; one that
 * comes and goes from look to look is not reported at all. A look that could not judge counts neither way.
 * @param before undefined: the first look
 * @param at milliseconds since the epoch
 */
export function judgeHealth(
  before: HealthState | undefined,
  seen: Seen,
  at: number,
): { state: HealthState; changes: HealthChange[] } {
  const known = before?.ailments ?? [];
  if (seen.state !== 'judged') {
    return { state: { ...stand(before, seen.state, at), why: seen.why, ailments: known }, changes: [] };
  }
  const found = new Map(seen.troubles.map((trouble) => [trouble.key, trouble]));
  const after = known.map((ailment) => advance(ailment, found.get(ailment.key)));
  for (const trouble of found.values()) {
    if (!known.some(({ key }) => key === trouble.key)) {
      after.push({ ...trouble, since: at, bad: 1, good: 0, told: false });
    }
  }
  const begun = after.filter(({ told, bad }) => !told && bad >= lasting);
  const over = after.filter(({ told, good }) => told && good >= lasting);
  const still = after.filter((each) => each.told && !over.includes(each));
  const ailments = after
    .filter((each) => !over.includes(each) && (each.told || each.good === 0))
    .map((each) => ({ ...each, told: each.told || begun.includes(each) }))
    .slice(0, most);
  const changes: HealthChange[] = [
    ...change('alert', begun, still),
    ...change('recovery', over, [...still, ...begun]),
  ];
  const verdict = ailments.some(({ told }) => told) ? 'troubled' : 'healthy';
  return { state: { ...stand(before, verdict, at), ailments }, changes };
}

/** The troubles that people were notified of. */
export function openTroubles({ ailments }: HealthState): (Trouble & { since: number })[] {
  return ailments.filter(({ told }) => told);
}

function stand(before: HealthState | undefined, verdict: HealthState['verdict'], at: number) {
  return { verdict, since: before?.verdict === verdict ? before.since : at, lookedAt: at };
}

function advance(ailment: Ailment, found: Trouble | undefined): Ailment {
  if (found === undefined) return { ...ailment, bad: 0, good: ailment.good + 1 };
  return { ...ailment, ...found, bad: ailment.bad + 1, good: 0 };
}

function change(kind: HealthChange['kind'], ailments: Ailment[], still: Ailment[]): HealthChange[] {
  if (ailments.length === 0) return [];
  const plain = (each: Ailment): Trouble => ({ key: each.key, kind: each.kind, text: each.text });
  return [{ kind, about: ailments.map(plain), still: still.map(plain) }];
}
