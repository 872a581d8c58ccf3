/** Given by what runs the bundled command line (compiled.ts). */
declare const importOfMain: ((url: string) => Promise<unknown>) | undefined;

/** Imports a module that is no part of the command line itself, by its URL. */
export async function importModule(url: string): Promise<void> {
  await (typeof importOfMain === 'undefined' ? import(url) : importOfMain(url));
}
