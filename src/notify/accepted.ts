import { NotifyError } from './error.js';
import { said, type Posted } from './post.js';

/**
 * Feishu and DingTalk answer 200 whatever they think of a message: what they think stands in the body.
 * @param codes keys of which one is 0 where it was taken
 * @param reasons keys of which one says why not
 * @throws NotifyError
 */
export function accepted({ text }: Posted, codes: readonly string[], reasons: readonly string[]): void {
  const answer = fieldsOf(text);
  const code = codes.map((key) => answer[key]).find((value) => value !== undefined);
  if (code === 0) return;
  if (code === undefined) {
    throw new NotifyError(`expected an answer with ${codes.join(' or ')}, got: ${said(text)}`, true);
  }
  const why = reasons.map((key) => answer[key]).find((value) => typeof value === 'string');
  throw new NotifyError(`refused with ${JSON.stringify(code)}: ${said(why ?? text)}`, true);
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
