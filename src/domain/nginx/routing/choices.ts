/** Answers a question that the configuration alone does not decide: one of `count` possible answers, the usual one first. */
export type Choose = (question: string, count: number) => number;

const mostRuns = 1000;

/**
 * Runs a decision once for each combination of answers to what it asks, the usual ones first. The same question has the
 * same answer throughout a run.
 *
 * @returns what came of each run; `whole` is false where there are more combinations than are looked at
 */
export function explore<Result>(decide: (choose: Choose) => Result): { results: Result[]; whole: boolean } {
  const results: Result[] = [];
  let path: { taken: number; count: number }[] = [];
  while (results.length < mostRuns) {
    const answers = new Map<string, number>();
    let depth = 0;
    results.push(
      decide((question, count) => {
        const known = answers.get(question);
        if (known !== undefined && known < count) return known;
        const step = (path[depth] ??= { taken: 0, count });
        depth += 1;
        answers.set(question, step.taken);
        return step.taken;
      }),
    );
    path = path.slice(0, depth);
    while (path.length > 0 && (path.at(-1)?.taken ?? 0) + 1 >= (path.at(-1)?.count ?? 0)) path.pop();
    const last = path.at(-1);
    if (last === undefined) return { results, whole: true };
    last.taken += 1;
  }
  return { results, whole: false };
}
