import type { Io } from './io.js';
import { UserError } from './user-error.js';

/** Something that only a person can tell. */
interface Choice {
  text: string;
  choices: readonly { value: string; why: string }[];
  /** What is likely, though nothing says so. */
  otherwise?: string;
}

/**
 * Asks a person to choose, by number or in words of their own.
 * @param choice.how to answer it on the command line
 * @throws UserError that lists the choices, where nobody can be asked or nobody answers
 */
export async function choiceOf(choice: Choice & { how: string }, io: Io): Promise<string> {
  const { text, choices, otherwise, how } = choice;
  const said = `${questionText(choice)}\n${how}`;
  if (!io.interactive) throw new UserError(said);
  io.stderr(
    `${text}\n${choices.map(({ value, why }, index) => `  ${index + 1}  ${value}${because(why)}`).join('\n')}\n`,
  );
  const hint = choices.length > 0 ? 'a number, or another answer' : 'your answer';
  for (;;) {
    const answer = (await io.ask(`${hint}${otherwise === undefined ? '' : ` (${otherwise})`}: `))?.trim();
    if (answer === undefined) throw new UserError(said);
    const value = /^\d+$/.test(answer) ? choices[Number(answer) - 1]?.value : answer || otherwise;
    if (value !== undefined && value !== '') return value;
  }
}

/** The question and its answers, for an error. */
export function questionText({ text, choices }: Choice): string {
  return [text, ...choices.map(({ value, why }) => `  ${value}${because(why)}`)].join('\n');
}

function because(why: string): string {
  return why === '' ? '' : `  (${why})`;
}
