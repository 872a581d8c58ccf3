/** What a script is told, by name: a record of src/host/fields.ts, read as scripts read it. */
export function told(record = ''): Record<string, string> {
  const found: Record<string, string> = {};
  let last = '';
  for (const line of record.split('\n').slice(0, -1)) {
    if (line.startsWith('\t')) found[last] = `${found[last] ?? ''}\n${line.slice(1)}`;
    else {
      last = line.slice(0, line.indexOf('='));
      found[last] = line.slice(last.length + 1);
    }
  }
  return found;
}
