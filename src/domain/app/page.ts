/** A page that has to answer, and what its answer has to be like. */
export interface Page {
  /** A path, asked of the app itself, or a URL. */
  at: string;
  /** Any of these; without it every status below 400. */
  status?: number[];
  /** A text that the body holds. */
  contains?: string;
  /** The source of a regular expression that the body matches. */
  matches?: string;
  /** Field of a JSON body, dotted (`data.items.0.id`) → its value. */
  json?: Record<string, JsonValue>;
  /** Header, in any case → its value. */
  header?: Record<string, string>;
  /** Where the page itself redirects to, whole or as a path. */
  redirect?: string;
  /** The whole answer comes within this time. */
  withinSeconds?: number;
}

export type JsonValue = string | number | boolean | null;

/** A page that has to look right in a browser. */
export interface BrowserPage {
  url: string;
  /** To be read on the page. */
  text?: string;
  /** A CSS selector of what is there, and visible. */
  selector?: string;
}

/** `/health`, or the same with what is expected of it. */
export function pageOf(entry: string | Page): Page {
  return typeof entry === 'string' ? { at: entry } : entry;
}

/** What is asked and expected, in words: `/health (status 200 or 204, contains “ok”)`. */
export function pageText({
  at,
  status,
  contains,
  matches,
  json,
  header,
  redirect,
  withinSeconds,
}: Page): string {
  const expected = [
    ...(status === undefined ? [] : [`status ${status.join(' or ')}`]),
    ...(contains === undefined ? [] : [`contains “${contains}”`]),
    ...(matches === undefined ? [] : [`matches /${matches}/`]),
    ...Object.entries(json ?? {}).map(([field, value]) => `${field} is ${JSON.stringify(value)}`),
    ...Object.entries(header ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(redirect === undefined ? [] : [`redirects to ${redirect}`]),
    ...(withinSeconds === undefined ? [] : [`within ${withinSeconds} s`]),
  ];
  return expected.length === 0 ? at : `${at} (${expected.join(', ')})`;
}
