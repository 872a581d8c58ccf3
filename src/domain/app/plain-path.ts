/** A path within the app's folder as the scripts take it: no `./` before, no slash behind. */
export function plainPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
}
