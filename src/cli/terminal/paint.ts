import { randomInt } from 'node:crypto';
import { visible } from '../../domain/text/plain.js';

/** Colours and weights that belay writes in. */
export type Colors = Record<
  'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan',
  (text: string) => string
>;

/** Nobody else's text can hold it: by this the colours that belay gave are told from those that came from a server. */
const own = randomInt(1e8, 1e9);
const ownColor = new RegExp(`\\u001b\\[${own};(\\d+)m`, 'g');

/** @param on whether there are to be any */
export function paints(on: boolean): Colors {
  const paint = (open: number, close: number) => (text: string) => {
    if (!on) return text;
    const [begin, end] = [`\u001b[${own};${open}m`, `\u001b[${own};${close}m`];
    // What is painted inside must not end this.
    return `${begin}${text.replaceAll(end, end + begin)}${end}`;
  };
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    magenta: paint(35, 39),
    cyan: paint(36, 39),
  };
}

/**
 * The one way by which text gets to a terminal: belay's own colours stay, everything else that acts is shown instead.
 * @param commands whether a pipeline takes lines such as `::error::` for commands; then they are text too
 */
export function printable(text: string, commands: boolean): string {
  const parts = text.split(ownColor);
  const shown = parts.map((part, index) => (index % 2 === 1 ? `\u001b[${part}m` : visible(part))).join('');
  if (!commands) return shown;
  return shown.replace(/^([^\S\n]*):(?=:)/gm, '$1\\u003a').replace(/##(?=\[|vso\[)/g, '#\\u0023');
}
