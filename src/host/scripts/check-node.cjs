// Parses every JavaScript file of the current folder, and its JSON files where asked, and looks for the packages that its
// package.json declares; runs none of them and writes nothing.
// Arguments: what to look at, of `node`, `json`, `packages`, and where packages may be, each as `in=FOLDER`. Needs
// --experimental-vm-modules. Node 12 and later.
//
// Output: a JSON object a line: {id, file, line, column, message, text} for a fault, {missing, by, file, line, text, unused} for
// a package, {checked: {...}} at the end.
'use strict';
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const skipped = new Set(['node_modules', '.venv', 'venv', '__pycache__', '.git']);
const largest = 10 * 1024 * 1024;
const listed = 100;
// Files in which comments are allowed, whatever JSON says.
const commented =
  /(^|\/)(tsconfig|jsconfig|\.eslintrc|\.babelrc|\.swcrc|devcontainer)[^/]*\.json$|(^|\/)\.vscode\//;
const counts = { node: 0, json: 0, packages: 0 };
const faults = {};

function say(record) {
  // A synchronous write: what is in a pipe's buffer when a process ends may be lost.
  fs.writeSync(1, `${JSON.stringify(record)}\n`);
}

function fault(id, file, line, column, message, text) {
  faults[id] = (faults[id] || 0) + 1;
  if (faults[id] <= listed) say({ id, file, line, column, message, text: (text || '').slice(0, 300) });
}

function* files(folder, inherited) {
  const entries = fs.readdirSync(folder || '.', { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const type = entries.some((entry) => entry.name === 'package.json')
    ? typeOf(path.join(folder, 'package.json'))
    : inherited;
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* files(file, type);
    else if (entry.isFile() && fs.statSync(file).size <= largest) yield { file, type };
  }
}

/** `module` or `commonjs` as the nearest package.json says, empty where it says nothing. */
function typeOf(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).type || '';
  } catch {
    return '';
  }
}

/** The file's fault in the way that its name and package.json say; where they say nothing, it may be either. */
function parse(file, type) {
  // `#!` is allowed at a file's beginning, but not in a function's body.
  const source = fs
    .readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/^#!/, '//');
  const asScript = () =>
    attempt(() =>
      vm.compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname'], {
        filename: file,
      }),
    );
  const asModule = () => attempt(() => new vm.SourceTextModule(source, { identifier: file }));
  const judge = (error, isModule) =>
    error && { message: error.message, ...placeOf(error, file, isModule ? source : null) };
  if (file.endsWith('.mjs') || (file.endsWith('.js') && type === 'module')) return judge(asModule(), true);
  const error = asScript();
  if (error === null || file.endsWith('.cjs') || type === 'commonjs') return judge(error, false);
  const moduleError = asModule();
  if (moduleError === null) return null;
  // Whoever writes `import` means a module: its fault is the one reported.
  return /^\s*(import|export)\b/m.test(source) ? judge(moduleError, true) : judge(error, false);
}

function attempt(compile) {
  try {
    compile();
    return null;
  } catch (error) {
    return error;
  }
}

/**
 * V8 begins the stack of a syntax error with `file:line`, the line, and a caret below the fault; but not that of a
 * module, which a process of its own has to be asked for.
 */
function placeOf(error, file, moduleSource) {
  const [name, stack] =
    moduleSource === null ? [file, error.stack] : ['[stdin]', stackOfModule(moduleSource)];
  const [first = '', text = '', caret = ''] = String(stack).split('\n');
  const line = first.startsWith(`${name}:`) ? Number(first.slice(name.length + 1)) || 0 : 0;
  return line === 0 ? { line: 0, column: 0, text: '' } : { line, column: caret.indexOf('^') + 1, text };
}

let asked = 0;
function stackOfModule(source) {
  asked += 1;
  if (asked > 50) return '';
  const args = ['--check', '--input-type=module', '-'];
  return childProcess.spawnSync(process.execPath, args, { input: source, timeout: 10000, encoding: 'utf8' })
    .stderr;
}

function checkJson(file) {
  const source = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  try {
    JSON.parse(source);
    counts.json += 1;
  } catch (error) {
    const position = /position (\d+)/.exec(error.message);
    const before = position ? source.slice(0, Number(position[1])).split('\n') : null;
    const line = before ? before.length : 0;
    const column = before ? before[before.length - 1].length + 1 : 0;
    fault('json.syntax', file, line, column, error.message, source.split('\n')[line - 1]);
  }
}

/** Packages that package.json declares and that are in none of the folders, nor above this one, where Node looks too. */
function checkPackages(folders) {
  let text, declared;
  try {
    text = fs.readFileSync('package.json', 'utf8');
    declared = JSON.parse(text.replace(/^\uFEFF/, '')).dependencies || {};
  } catch {
    return;
  }
  // Yarn's Plug'n'Play has no folder of packages.
  if (fs.existsSync('.pnp.cjs')) return;
  for (let above = process.cwd(); ; above = path.dirname(above)) {
    folders.push(path.join(above, 'node_modules'));
    if (above === path.dirname(above)) break;
  }
  const names = Object.keys(declared).filter(
    (name) => !/^(file|link|workspace|portal):/.test(declared[name]),
  );
  counts.packages = names.length;
  const missing = names.filter(
    (name) => !folders.some((folder) => fs.existsSync(path.join(folder, name, 'package.json'))),
  );
  const named = namedPackages(missing);
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => /"dependencies"\s*:/.test(line));
  for (const missed of missing.slice(0, listed)) {
    const at = lines.findIndex((line, index) => index >= begin && line.includes(`"${missed}"`));
    const place = { file: 'package.json', line: at + 1, text: (lines[at] || '').slice(0, 300) };
    say({ missing: missed, by: 'node', ...place, unused: !named.has(missed) });
  }
}

/** Those of the packages that a file of the release names as one imports them, within quotes, alone or before a slash. */
function namedPackages(names) {
  const named = new Set();
  for (const { file } of files('', '')) {
    if (named.size === names.length) break;
    if (!/\.[cm]?[jt]sx?$/.test(file)) continue;
    const source = fs.readFileSync(file, 'utf8');
    for (const name of names)
      if (['"', "'", '`'].some((q) => source.includes(`${q}${name}${q}`) || source.includes(`${q}${name}/`)))
        named.add(name);
  }
  return named;
}

function main(subjects) {
  for (const { file, type } of files('', '')) {
    if (subjects.includes('node') && /\.[cm]?js$/.test(file)) {
      const found = parse(file, type);
      if (found === null) counts.node += 1;
      else fault('node.syntax', file, found.line, found.column, found.message, found.text);
    }
    if (subjects.includes('json') && file.endsWith('.json') && !commented.test(file)) checkJson(file);
  }
  const folders = subjects.filter((subject) => subject.startsWith('in=')).map((subject) => subject.slice(3));
  if (subjects.includes('packages')) checkPackages(folders);
  for (const [id, count] of Object.entries(faults))
    if (count > listed) say({ more: id, count: count - listed });
  say({ checked: counts });
}

main(process.argv.slice(1));
