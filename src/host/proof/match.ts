import { runInNewContext } from 'node:vm';

const limitMs = 250;

/**
 * Whether a text matches a regular expression of the user's. A pattern that backtracks without end would hold up every step
 * of this worker, so it is stopped, which V8 does only for code that was given a time limit.
 * @param source valid as `new RegExp(source)`
 */
export function matchWithin(source: string, text: string): 'yes' | 'no' | 'too long' {
  try {
    const matched: unknown = runInNewContext(
      'new RegExp(source).test(text)',
      { source, text },
      { timeout: limitMs },
    );
    return matched === true ? 'yes' : 'no';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too long';
    throw error;
  }
}

/**
 * The lines that match any of several expressions, 20 at most; all within one time limit.
 * @returns undefined where they take too long
 */
export function linesMatching(sources: readonly string[], lines: readonly string[]): string[] | undefined {
  const code =
    'const all = sources.map((one) => new RegExp(one)); lines.filter((line) => all.some((one) => one.test(line)))';
  try {
    const found = runInNewContext(code, { sources, lines }, { timeout: limitMs }) as string[];
    return [...found].slice(0, 20);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
