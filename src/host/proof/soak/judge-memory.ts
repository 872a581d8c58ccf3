/** Memory of what serves, and of its machine, at one moment; bytes. */
export interface Memory {
  /** What cannot be given back: no pages of files. */
  used: number;
  /** 0: none. */
  limit: number;
  /** Processes that the kernel killed for lack of memory. */
  killed: number;
  available: number;
  total: number;
}

const nearLimit = 0.9;
const scarce = 0.03;
/** Less growth than this may be a cache that fills. */
const growth = 0.1;

/**
 * Whether a release leaks until it will be killed: it is near its limit and has grown towards it, or the machine is nearly out
 * of memory and the release took it; or something was killed already.
 */
export function judgeMemory(first: Memory, last: Memory): string[] {
  const grown = last.used - first.used;
  const from = `it grew from ${megabytes(first.used)} to ${megabytes(last.used)} while it was watched`;
  if (last.killed > first.killed)
    return [`the kernel killed a process of the release for lack of memory; ${from}`];
  if (last.limit > 0 && last.used >= nearLimit * last.limit && grown > growth * first.used)
    return [`the release nears its limit of memory, ${megabytes(last.limit)}: ${from}`];
  if (last.total > 0 && last.available < scarce * last.total && grown > growth * last.total)
    return [
      `the machine is nearly out of memory (${megabytes(last.available)} of ${megabytes(last.total)} left), and the release took it: ${from}`,
    ];
  return [];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
