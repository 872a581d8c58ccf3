/**
 * Waits for what hears no signal itself. It goes on by itself all the same.
 * @param late given what comes of it when nobody waits for it any more
 * @throws the signal's reason; what the work throws
 */
export async function heeding<Result>(
  signal: AbortSignal | undefined,
  work: Promise<Result>,
  late: (result: Result) => unknown = () => undefined,
): Promise<Result> {
  if (signal === undefined) return work;
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } catch (error) {
    if (signal.aborted) void work.then(late, () => undefined);
    throw error;
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
