/**
 * Proves several layers at the same time. Where one fails, the innermost failure is reported: an outer one fails with it, and
 * would only hide the cause.
 * @param layers the innermost first; each ends when its signal is aborted
 */
export async function sideBySide(
  layers: readonly ((signal: AbortSignal) => Promise<string[]>)[],
  signal: AbortSignal,
): Promise<string[]> {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const running = layers.map((layer) => layer(either));
  // Whatever an outer layer says before an inner one has spoken waits.
  const all = Promise.allSettled(running);
  try {
    const evidence: string[] = [];
    for (const layer of running) evidence.push(...(await layer));
    return evidence;
  } finally {
    ended.abort();
    await all;
  }
}
