import { clean, oneLine } from '../text.js';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, in an element or a quoted attribute; its lines are kept. */
export function lines(text: string): string {
  return clean(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** The same, on one line. */
export function inline(text: string): string {
  return lines(oneLine(text));
}

/** The same, with what stands in backticks as code, and an address of the web as a link. */
export function prose(text: string): string {
  const escaped = inline(text);
  if (/^https?:\/\/[^\s"'<>]+$/.test(escaped)) return `<a href="${escaped}">${escaped}</a>`;
  return escaped.replace(/`([^`]+)`/g, '<code>$1</code>');
}
