/** One thing wrong with a belay.yml; line and column count from 1. */
export interface Problem {
  line: number;
  column: number;
  message: string;
}

/** Everything wrong with a belay.yml, in the order of its lines. */
export class ConfigError extends Error {
  readonly problems: Problem[];

  constructor(
    readonly file: string,
    problems: readonly Problem[],
    options?: ErrorOptions,
  ) {
    const sorted = inOrder(problems);
    super(
      sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
      options,
    );
    this.name = 'ConfigError';
    this.problems = sorted;
  }
}

/** By place, each once: environments share the lines of what they inherit. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]),
  );
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
