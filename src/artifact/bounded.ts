/**
 * Maps every item with at most `limit` calls under way at once.
 * @param onEach called after each that succeeded
 * @returns the results in the order of the items. @throws the first failure; calls under way are awaited first.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  map: (item: Item) => Promise<Result>,
  onEach?: (done: number, total: number) => void,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const pending = items.entries();
  let done = 0;
  let failed = false;
  const worker = async () => {
    for (const [index, item] of pending) {
      if (failed) return;
      try {
        results[index] = await map(item);
        onEach?.(++done, items.length);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return results;
}
