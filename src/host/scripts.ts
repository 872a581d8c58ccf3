import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// In src and, where the build copies them, in dist; from the bundle of the command line too, which lies in dist/cli.
const folder = new URL('../host/scripts/', import.meta.url);

const files = new Map<string, Promise<string>>();

/**
 * The text of a file that runs on hosts.
 *
 * @param file its whole name: `check-python.py`, `lib/common.sh`
 * @throws where belay's installation lacks it
 */
export function loadFile(file: string): Promise<string> {
  let text = files.get(file);
  if (text === undefined) {
    text = readFile(new URL(file, folder), 'utf8').catch((cause: unknown) => {
      files.delete(file);
      throw new Error(
        `belay's own script ${file} is missing from ${fileURLToPath(folder)}: install belay again`,
        { cause },
      );
    });
    files.set(file, text);
  }
  return text;
}

/**
 * The whole text of scripts/<name>.sh: before it common.sh, root-path.sh and the files of lib/ that its comment
 * `# belay:with a.sh b-*.sh` names, each once, and after what it names itself. A program for pm2's daemons, such as
 * `pm2-list.cjs`, is there as the variable pm2_program.
 */
export async function loadScript(name: string): Promise<string> {
  const texts = new Map<string, string>();
  await withNamed(['lib/common.sh', 'lib/root-path.sh', `${name}.sh`], texts);
  return [...texts.values()].join('\n');
}

async function withNamed(names: readonly string[], texts: Map<string, string>): Promise<void> {
  const found = await Promise.all(
    names.map((name) => (name.endsWith('.cjs') ? loadPm2(name) : loadFile(name))),
  );
  for (const [index, text] of found.entries()) {
    const name = names[index] ?? '';
    if (texts.has(name)) continue;
    const included = /^# belay:with (.+)$/m.exec(text)?.[1]?.split(' ') ?? [];
    await withNamed((await Promise.all(included.map(filesOf))).flat(), texts);
    texts.set(name, text);
  }
}

/** Of a pattern, such as `keeper-*.sh`, all files of lib/ that it matches. */
async function filesOf(name: string): Promise<string[]> {
  if (name.endsWith('.cjs')) return [name];
  const [begins = '', ends] = name.split('*');
  if (ends === undefined) return [`lib/${name}`];
  const all = await readdir(new URL('lib/', folder));
  return all
    .filter((file) => file.startsWith(begins) && file.endsWith(ends))
    .sort()
    .map((file) => `lib/${file}`);
}

/** The program, with what it talks to the daemons by before it and its other operations behind, as the text of a shell variable. */
async function loadPm2(file: string): Promise<string> {
  const behind = file === 'pm2-entry.cjs' ? ['lib/pm2-dump.cjs', 'lib/pm2-own.cjs'] : [];
  const text = (await Promise.all(['lib/pm2-wire.cjs', file, ...behind].map(loadFile))).join('\n');
  return `pm2_program='${text.replaceAll("'", String.raw`'\''`)}'`;
}
