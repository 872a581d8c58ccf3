/** What tells which pages of an app visitors ask for, and what of it nobody may read. */
export interface Visitors {
  /** The host name that they use. */
  name: string;
  /** The path below which the app is, `/` where that is the whole site. */
  place: string;
  /** `https://words.example.test`; null where nothing listens for visitors. */
  origin: string | null;
  /** nginx's logs of what they ask. */
  logs: VisitorLog[];
  /** What begins an address to visitors, and to the app in its place; null where that is not known. */
  inside: { from: string; to: string } | null;
  /** Why a log is not read, one line each. */
  unread: string[];
}

/** A log, with the expressions of what stands before status and host in a line (nginx/gates/log-format.ts). */
export interface VisitorLog {
  file: string;
  status?: string;
  host?: string;
}

/** What was read of them. */
export interface Visited {
  /** As visitors ask, the most asked first. */
  pages: string[];
  /** Logs that could not be read. */
  unread: string[];
}

/** What the app itself is asked for where a visitor asks for a page; null where that is not known. */
export function pageInside({ inside }: Pick<Visitors, 'inside'>, page: string): string | null {
  if (inside === null || !page.startsWith(inside.from)) return null;
  const path = `${inside.to}${page.slice(inside.from.length)}`;
  return path.startsWith('/') ? path : `/${path}`;
}
