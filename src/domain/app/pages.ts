import type { App } from './app.js';
import { pageOf, type Page } from './page.js';

/** The pages that the app itself is asked, on the host; at least one. */
export function internalPages({ verify }: App): [Page, ...Page[]] {
  const [first = '/', ...more] = verify.internal;
  return [pageOf(first), ...more.map(pageOf)];
}

/** The pages that are asked as a visitor would. */
export function externalPages({ verify }: App): Page[] {
  return verify.external.map(pageOf);
}
