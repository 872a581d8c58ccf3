import { visible, visibleLine } from '../domain/text/plain.js';

/**
 * Text from servers and histories, fit for a terminal and for logs: escape sequences and other control characters are
 * shown as such, or a server could paint over what belay says.
 */
export function clean(text: string): string {
  return visible(text).replaceAll('\t', '  ');
}

/** The text on one line. */
export function oneLine(text: string): string {
  return visibleLine(text);
}

/** The first line of what a person reads; the rest of it stands in full once, in the summary. */
export function firstLine(text: string): string {
  const [first = '', ...more] = text.trim().split('\n');
  return `${oneLine(first)}${more.length > 0 ? ' …' : ''}`;
}

const english = { second: ' s', minute: ' min', hour: ' h' };

/** Seconds as a person says them: `0.8 s`, `12 s`, `2 min 5 s`, `3 h`; `units` stand behind the numbers. */
export function duration(seconds: number, units = english): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}${units.second}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${units.second}`;
  const rest = (number: number, unit: string) => (number === 0 ? '' : ` ${number}${unit}`);
  if (whole < 3600) return `${Math.floor(whole / 60)}${units.minute}${rest(whole % 60, units.second)}`;
  return `${Math.floor(whole / 3600)}${units.hour}${rest(Math.floor((whole % 3600) / 60), units.minute)}`;
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The first 12 digits of a plan's digest: what is shown, and enough to approve by. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
