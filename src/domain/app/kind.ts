/** What an app is that is no process. */
export type AppKind = 'files';

/** Whether a process of the app's own answers visitors; else nginx serves its files, and there is nothing to stop, to start or to ask by itself. */
export function hasProcess({ kind }: { kind?: AppKind }): boolean {
  return kind === undefined;
}
