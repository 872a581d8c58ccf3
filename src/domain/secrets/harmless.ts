import { isPlainValue, type ProgramKind } from './programs.js';
import { isAddress, isFile, isHostName, isName, isNumber, isVersion } from './values.js';

/** A process that rewrote its title: what follows is prose of its own. */
export type Title = 'title';

/** Whether a word that is no option's is no secret, by what it is to a program of that kind. */
export function isHarmless(kind: ProgramKind | Title, word: string): boolean {
  if (isPlain(word)) return true;
  switch (kind) {
    case 'server':
      return isHostName(word) || isName(word) || /^\[[\w.:-]+\]$/.test(word);
    case 'tool':
      return isHostName(word) || (isName(word) && word.length <= 64) || /^\.{1,2}$/.test(word);
    case 'title':
      return (
        /^\(?[[(]?[\w.:/ -]*[\])]?\)?$/.test(word) &&
        /^[[(]/.test(word) &&
        isName(word.replace(/^[[(]+|[\])]+$/g, ''))
      );
    default:
      return isHostName(word) || /^(?:\.{1,2}|\]{1,2}|!?=|\+[%\w.:-]+)$/.test(word);
  }
}

/** What is no secret, whatever it is to a program. */
export function isPlain(text: string): boolean {
  return isFile(text) || isNumber(text) || isVersion(text) || isAddress(text) || isPlainValue(text);
}
