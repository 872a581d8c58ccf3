// What depends on which keeper an app has stands in that keeper's own files: no other branches on a keeper's name.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const lib = readdirSync('src/host/scripts/lib');
/** A kind is what has a file of functions, `<verb>_<kind>`. */
const kindsOf = (part) => lib.flatMap((file) => file.match(`^${part}-([a-z0-9]+)\\.sh$`)?.[1] ?? []);
// These are words of other things too.
const common = ['cron', 'none', 'transient'];
const names = ['keeper', 'rehearsal', 'stop']
  .flatMap(kindsOf)
  .filter((name) => !common.includes(name))
  .join('|');

/** Files that are one keeper's, or one way to stop something. */
const isOwn = (file) =>
  file === 'src/domain/app/keeper.ts' ||
  /^src\/domain\/keepers\/(?:kinds\/|own-|pm2-|supervisor\b)/.test(file) ||
  // Sections of what a look at a host reads bear such names too.
  file.startsWith('src/host/facts/') ||
  file.startsWith('src/host/keepers/') ||
  /^(?:keeper|rehearsal|stop|facts)-[a-z]+\.sh$|^pm2[.-]/.test(basename(file));

const shell = new RegExp(
  String.raw`\bcase "?\$keeper_kind\b|\$keeper_kind"? !?= |"?\$\w+"? !?= "?(?:${names})\b|^\s*(?:pm2|supervisor)(?: \| \w+)*\)`,
);
/** Also what something is kept by now, or is stopped through. */
const kinds = 'pm2|supervisor|systemd|unit|program|entry|cron|nothing|user-manager';
const typescript = new RegExp(
  String.raw`\b(?:[kK]eeper|[kK]ept|by)\??\.(?:kind|by) [!=]== '|\bcase '(?:${kinds})'|(?<!\binit )[!=]== '(?:pm2|supervisor|user-manager)'|releaseKeeper\([^;]*\)\.kind [!=]==|\{[^{}]*\bkind\b[^{}]*\} = releaseKeeper|\bmanager [!=]== '(?:${names})'`,
);

const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(?:sh|ts)$/.test(entry.name))
  .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'))
  .filter((file) => !isOwn(file));
const found = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      (file.endsWith('.sh') ? shell : typescript).test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
    ),
);
const shapes = readFileSync('src/domain/app/keeper.ts', 'utf8');
const [own = '', stopped = ''] = shapes.split('export type Keeper =');
for (const [part, kinds] of [
  ['keeper', [...own.matchAll(/^ {2}(\w+): '/gm)]],
  ['stop', [...stopped.matchAll(/\bkind: '(\w+)'/g)]],
])
  for (const [, kind] of kinds)
    if (!kindsOf(part).includes(kind))
      found.push(`src/domain/app/keeper.ts: ${kind} has no scripts/lib/${part}-${kind}.sh`);
for (const line of found) console.error(line);
if (found.length > 0)
  console.error(
    'expected every keeper to have its files, and no branch on its name elsewhere: let the keeper’s own file say it (src/domain/keepers/kinds/, src/host/keepers/, scripts/lib/keeper-<kind>.sh)',
  );
else console.log(`no file branches on a keeper's name besides the keepers' own (${files.length} looked at)`);
process.exit(found.length > 0 ? 1 : 0);
