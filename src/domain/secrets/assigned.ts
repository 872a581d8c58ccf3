import { secretName } from './names.js';
import { isPlainValue, namingVariables } from './programs.js';
import { isAddress, isFile, isHostName, isName, isNumber, isReference, shownUrl, unshown } from './values.js';

/**
 * What is shown of the value in `NAME=value`.
 * @param before whether it stands before the program, where it is a variable of the environment
 */
export function shownAssigned(name: string, value: string, before: boolean): string {
  if (value === '' || isReference(value)) return value;
  if (secretName(name) > 0) return unshown;
  if (/(?:^|_)(?:PORT|WORKERS|THREADS|CONCURRENCY|TIMEOUT|INSTANCES)$/.test(name) && isNumber(value))
    return value;
  if (
    namingVariables.has(name) &&
    (isName(value) || isPlainValue(value) || isAddress(value) || isHostName(value) || isNumber(value))
  )
    return value;
  if (value.startsWith('/') && isFile(value)) return value;
  return before ? (shownUrl(value) ?? unshown) : unshown;
}
