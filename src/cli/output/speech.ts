import { languageOf } from '../terminal/language.js';
import type { Io } from '../terminal/io.js';
import { en, type Speech } from './catalogue/en.js';
import { zh } from './catalogue/zh.js';

/** What a command says to a person, in the language that its environment names. */
export function speechOf({ env }: Pick<Io, 'env'>): Speech {
  return { en, zh }[languageOf(env)];
}
