import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  judgeHealth,
  openTroubles,
  type HealthChange,
  type HealthState,
  type Seen,
} from '../../../src/domain/health/health.js';

const trouble = (key: string, text = `${key} is bad`) => ({ key, kind: 'page' as const, text });

/** Takes looks in one after the other, a minute apart; gives what people were told after each. */
function looks(seen: readonly Seen[]): { state: HealthState; told: HealthChange[][] } {
  let state: HealthState | undefined;
  const told = seen.map((one, minute) => {
    // As it goes from run to run: as JSON.
    const before = state && (JSON.parse(JSON.stringify(state)) as HealthState);
    const judged = judgeHealth(before, one, minute * 60_000);
    state = judged.state;
    return judged.changes;
  });
  if (state === undefined) throw new Error('no look');
  return { state, told };
}

const judged = (...keys: string[]): Seen => ({ state: 'judged', troubles: keys.map((key) => trouble(key)) });
const kinds = (told: HealthChange[][]) => told.map((changes) => changes.map(({ kind }) => kind).join());

describe('what people are told', () => {
  test('a trouble is told at the second look that finds it, once, and its end at the second without it', () => {
    const { told, state } = looks([
      judged(),
      judged('a'),
      judged('a'),
      judged('a'),
      judged('a'),
      judged(),
      judged(),
      judged(),
    ]);
    expect(kinds(told)).toEqual(['', '', 'alert', '', '', '', 'recovery', '']);
    expect(state).toMatchObject({
      verdict: 'healthy',
      since: 6 * 60_000,
      lookedAt: 7 * 60_000,
      ailments: [],
    });
  });

  test('one more trouble is told alone, with what is still open beside it', () => {
    const { told, state } = looks([judged('a'), judged('a'), judged('a', 'b'), judged('a', 'b')]);
    expect(told[3]).toEqual([{ kind: 'alert', about: [trouble('b')], still: [trouble('a')] }]);
    expect(state.verdict).toBe('troubled');
    expect(openTroubles(state).map(({ key, since }) => [key, since])).toEqual([
      ['a', 0],
      ['b', 120_000],
    ]);
  });

  test('the same trouble in other words is no news, and is shown in its last words', () => {
    const again = (text: string): Seen => ({ state: 'judged', troubles: [trouble('a', text)] });
    const { told, state } = looks([again('502'), again('503'), again('504')]);
    expect(kinds(told)).toEqual(['', 'alert', '']);
    expect(openTroubles(state)[0]?.text).toBe('504');
  });

  test('while a deployment changes the host nothing is judged, and nothing known is lost', () => {
    const deploying: Seen = { state: 'deploying', why: 'x changes the host' };
    const { told, state } = looks([judged('a'), judged('a'), deploying, deploying, judged(), judged()]);
    expect(kinds(told)).toEqual(['', 'alert', '', '', '', 'recovery']);
    expect(state.why).toBeUndefined();
    expect(looks([judged('a'), judged('a'), deploying]).state).toMatchObject({
      verdict: 'deploying',
      why: 'x changes the host',
      since: 120_000,
    });
  });
});

const someLooks = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.subarray(['a', 'b', 'c']).map((keys) => judged(...keys)) },
    { weight: 1, arbitrary: fc.constant<Seen>({ state: 'deploying', why: '' }) },
    { weight: 1, arbitrary: fc.constant<Seen>({ state: 'blind', why: '' }) },
  ),
  { minLength: 1, maxLength: 60 },
);

describe('whatever comes', () => {
  const found = (seen: Seen, key: string) =>
    seen.state === 'judged' ? seen.troubles.some((each) => each.key === key) : undefined;

  test('alert and recovery of a trouble alternate, and each rests on two looks in a row that judged', () => {
    fc.assert(
      fc.property(someLooks, (seen) => {
        const { told } = looks(seen);
        for (const key of ['a', 'b', 'c']) {
          const said = told.flatMap((changes, index) =>
            changes
              .filter(({ about }) => about.some((each) => each.key === key))
              .map(({ kind }) => ({ kind, index })),
          );
          said.forEach(({ kind, index }, nth) => {
            expect(kind).toBe(nth % 2 === 0 ? 'alert' : 'recovery');
            const judging = seen.slice(0, index + 1).filter(({ state }) => state === 'judged');
            expect(judging.slice(-2).map((one) => found(one, key))).toEqual(Array(2).fill(kind === 'alert'));
          });
        }
      }),
    );
  });

  test('what comes and goes from look to look is told to nobody', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.boolean(), (count, first) => {
        const flapping = Array.from({ length: count }, (_, index) =>
          (index % 2 === 0) === first ? judged('a') : judged(),
        );
        expect(looks(flapping).told.flat()).toEqual([]);
      }),
    );
  });

  test('what is open for people is what they were told of and not told the end of', () => {
    fc.assert(
      fc.property(someLooks, (seen) => {
        const { told, state } = looks(seen);
        const open = new Set<string>();
        for (const { kind, about } of told.flat())
          for (const { key } of about)
            if (kind === 'alert') open.add(key);
            else open.delete(key);
        expect(
          openTroubles(state)
            .map(({ key }) => key)
            .sort(),
        ).toEqual([...open].sort());
        if (seen.at(-1)?.state === 'judged')
          expect(state.verdict).toBe(open.size > 0 ? 'troubled' : 'healthy');
      }),
    );
  });

  test('what is kept is bounded', () => {
    const many = judged(...Array.from({ length: 300 }, (_, index) => `k${index}`));
    expect(looks([many, many]).state.ailments).toHaveLength(50);
  });
});
