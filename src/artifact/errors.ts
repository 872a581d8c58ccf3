/** The source cannot be packed as it is. The message names the file and what to do. */
export class PackError extends Error {
  override name = 'PackError';
}

/** The store lacks what was asked of it, or holds something else under its name. */
export class StoreError extends Error {
  override name = 'StoreError';
}
