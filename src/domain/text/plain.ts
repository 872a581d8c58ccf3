/**
 * What acts on a terminal or deceives the eye instead of being text: C0 and C1 (ESC, BEL, CSI …) but line breaks and
 * tabs, DEL, what turns the direction of writing or has no width, separators of lines and paragraphs, invisible tags.
 */
const acting =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/**
 * Text from servers and histories, fit for a terminal, a file and a page: what acts is shown as `\u001b` and the like. JSON
 * means the same afterwards, for these are its own escapes. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(acting, (characters) => characters.split('').map(escaped).join(''));
}

/** The same, on one line. */
export function visibleLine(text: string): string {
  return visible(text)
    .replaceAll('\t', '  ')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
