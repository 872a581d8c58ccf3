/** Where a line of an access log has what is asked of it: extended regular expressions of what stands before, from its begin. */
export interface LogReading {
  status?: string;
  /** The name that was asked for. */
  host?: string;
  /** The page that led there. */
  referer?: string;
  /** How long the answer took, in seconds. */
  seconds?: string;
}

/** nginx's own. */
export const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** The app's own time comes first: a client that is slow is not the release's doing. */
const times = ['upstream_response_time', 'request_time'];

/**
 * @param format of `log_format`, its strings joined
 * @returns less where two variables stand side by side before it, so that nothing tells where one ends
 */
export function readingOf(format: string): LogReading {
  const parts = partsOf(format);
  const status = before(parts, ['status', 'upstream_status']);
  const seconds = before(parts, times);
  const host = before(parts, ['host', 'server_name', 'http_host']);
  const referer = before(parts, ['http_referer']);
  return {
    ...(status === undefined ? {} : { status }),
    ...(host === undefined ? {} : { host }),
    ...(referer === undefined ? {} : { referer }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

interface Part {
  kind: 'text' | 'variable';
  text: string;
}

function partsOf(format: string): Part[] {
  return [...format.matchAll(/\$\{(\w+)\}|\$(\w+)|([^$]+|\$)/g)].map(([, braced, bare, text]) =>
    text === undefined ? { kind: 'variable', text: braced ?? bare ?? '' } : { kind: 'text', text },
  );
}

function before(parts: readonly Part[], names: readonly string[]): string | undefined {
  for (const name of names) {
    const at = parts.findIndex(({ kind, text }) => kind === 'variable' && text === name);
    if (at === -1) continue;
    const expression = parts
      .slice(0, at)
      .map(({ kind, text }, index) => (kind === 'text' ? quoted(text) : upTo(parts[index + 1])));
    if (!expression.includes(undefined)) return `^${expression.join('')}`;
  }
  return undefined;
}

/** A variable's value, up to the first character of the text behind it. */
function upTo(next: Part | undefined): string | undefined {
  if (next === undefined || next.kind === 'variable') return undefined;
  const end = next.text.charAt(0);
  return end === '^' || end === '\\' ? undefined : `[^${end}]*`;
}

function quoted(text: string): string {
  return text.replace(/[.*+?()[\]{}|^$\\]/g, (one) =>
    one === '^' || one === '\\' || one === ']' ? `\\${one}` : `[${one}]`,
  );
}
