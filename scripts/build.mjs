// Builds dist/, schema/ and what of docs/ is made from the source. Every part is made anew only where what goes into it has changed, told by hashes in
// dist/build.json, which workers also know their code by.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describedBy, neededDescriptor } from './descriptor.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** Files that are made from the source: module in dist/, function that gives the text or the JSON, file. */
const generated = [
  ['dist/config/json-schema.js', 'belayYmlJsonSchema', 'schema/belay.yml.schema.json'],
  ['dist/config/reference-page.js', 'belayYmlPage', 'docs/belay.yml.md'],
  ['dist/domain/findings/page.js', 'findingsPage', 'docs/FINDINGS.md'],
];
/** Of the workflows: for workers without a key, and for those that encode what failures say. */
const encodingConverter = 'dist/temporal/codec/failure-converter.js';
const bundles = [
  ['dist/workflow-bundle.js', {}],
  ['dist/workflow-bundle-encoding.js', { failureConverterPath: join(root, encodingConverter) }],
];
const record = 'dist/build.json';
const settings = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
  'scripts/descriptor.mjs',
];

const began = Date.now();
const before = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
const sources = hash([...files('src'), ...settings]);
if (before.sources === sources && existsSync('dist/worker.js')) {
  console.log(`dist/ is up to date (${elapsed()})`);
} else {
  await build();
  console.log(`dist/ is built (${elapsed()})`);
}

async function build() {
  // Without its record, a build that stops halfway is taken up again.
  rmSync(record, { force: true });
  compile();
  removeStale();
  for (const file of files('src').filter((path) => !path.endsWith('.ts')))
    copy(file, file.replace('src', 'dist'));
  const workflows = hash([
    ...files('dist/workflows'),
    ...files('dist/domain'),
    encodingConverter,
    'package-lock.json',
  ]);
  for (const [file, options] of bundles)
    if (before.workflows !== workflows || !existsSync(file)) await bundle(file, options);
  if (existsSync('dist/cli/main.js')) await bundleCommandLine();
  for (const [module, name, file] of generated) await generate(module, name, file);
  writeFileSync(record, `${JSON.stringify({ sources, workflows })}\n`);
}

function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = [
    '--incremental',
    '--tsBuildInfoFile',
    'dist/.tsbuildinfo',
    '--noEmitOnError',
    '--pretty',
    'false',
  ];
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** What was compiled or copied from a source that is gone. */
function removeStale() {
  const own = ['dist/build.json', 'dist/.tsbuildinfo', ...bundles.map(([file]) => file)];
  for (const file of files('dist')) {
    const source = file.replace('dist', 'src');
    const compiled = source.replace(/\.js(\.map)?$/, '.ts');
    if (!own.includes(file) && !existsSync(source) && !existsSync(compiled)) rmSync(file);
  }
}

/** A prebuilt bundle lets a worker start in a third of the time. */
async function bundle(file, options) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'dist/workflows/index.js'),
    logger: new DefaultLogger('WARN'),
    ...options,
  });
  writeFileSync(file, code);
}

/**
 * The command line as one file, and what starts it (src/cli/main.ts): half of its start went by in finding and reading 700. It lies
 * where the modules do that find other files by their own place. What only some commands need is evaluated when they ask for it.
 */
async function bundleCommandLine() {
  const esbuild = await import('esbuild');
  const options = {
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
    external: ['@temporalio/worker', 'playwright-core', 'ssh2'],
  };
  const program = async (descriptor) =>
    esbuild.build({
      ...options,
      entryPoints: ['src/cli/command.ts'],
      format: 'cjs',
      minifyWhitespace: true,
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': 'importMetaUrl' },
      banner: { js: '(function (require, importMetaUrl, importOfMain) {' },
      footer: { js: '})' },
      plugins: [describedBy(descriptor)],
    });
  const [undescribed] = (await program('{}')).outputFiles;
  const [bundled] = (await program(neededDescriptor(undescribed.text))).outputFiles;
  // Of a string only V8 needs twice as long where it is not ASCII; regular expressions alone are left as they were.
  const text = bundled.text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync('dist/cli/bundle.cjs', text);
  const bundleDigest = JSON.stringify(createHash('sha256').update(text).digest('hex'));
  const entry = { ...options, entryPoints: ['src/cli/main.ts'], format: 'esm', define: { bundleDigest } };
  const [main] = (await esbuild.build(entry)).outputFiles;
  writeFileSync('dist/cli/main.js', main.contents);
  chmodSync('dist/cli/main.js', 0o755);
}

async function generate(module, name, file) {
  if (!existsSync(module)) return;
  const made = (await import(pathToFileURL(join(root, module)).href))[name]();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof made === 'string' ? made : `${JSON.stringify(made, null, 2)}\n`);
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** Every file below a folder, in a fixed order. */
function files(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hash(paths) {
  const sum = createHash('sha256');
  for (const path of paths) {
    const content = readFileSync(path);
    sum.update(`${path}\0${content.length}\0`).update(content);
  }
  return sum.digest('hex');
}

function elapsed() {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
