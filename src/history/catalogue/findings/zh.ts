import { findingCatalogue, type FindingId } from '../../../domain/findings/catalogue.js';
import type { Finding } from '../../../domain/findings/finding.js';
import type { ToldFinding } from '../en.js';
import { files } from './files.js';
import { host } from './host.js';
import { keepers } from './keepers.js';
import { serving } from './serving.js';
import { source } from './source.js';

/** Every kind of finding in Chinese: what it means, and what to do. */
const findingsZh: Readonly<Record<FindingId, readonly [means: string, remedy: string]>> = {
  ...serving,
  ...files,
  ...keepers,
  ...source,
  ...host,
};

/**
 * A finding in Chinese. Its own sentences name files, lines and commands that those of its kind leave out, so they are
 * quoted wherever they are others than the catalogue's. One of another belay, of a kind that is not known here, stays as it is.
 */
export function findingZh({ id, message, remedy }: Pick<Finding, 'id' | 'message' | 'remedy'>): ToldFinding {
  if (!Object.hasOwn(findingsZh, id)) return { message, original: '', remedy };
  const [means, help] = findingsZh[id];
  const kind = findingCatalogue[id];
  const own = [
    ...(message === kind.means ? [] : [message]),
    ...(remedy === kind.remedy || remedy === '' ? [] : [remedy]),
  ];
  return {
    message: means,
    original: own.length === 0 ? '' : `原文：${own.join(' → ')}`,
    // Where this one asks for nothing, neither does its kind.
    remedy: remedy === '' ? '' : help,
  };
}
