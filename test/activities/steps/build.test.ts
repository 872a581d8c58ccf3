import { mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from '../../../src/activities/steps/build.js';
import type { Plan } from '../../../src/domain/plan/plan.js';
import { LocalHost, me } from '../local-host.js';

let host: LocalHost;
let tree: string;
beforeEach(async () => {
  host = await LocalHost.make({
    'app.py': 'old',
    'data/visits.db': 'v',
    '.env': "SECRET='a b'\n# no\nPLAIN = x y ",
  });
  tree = join(host.base, 'releases/20261124T101500Z-1f0c9a2b/tree');
});
afterEach(() => host.destroy());

const dependencies = (path: string): Partial<Plan> => ({
  hostOnly: [{ path, size: 1, modified: 0, fate: 'dependencies' }],
});

test("commands run as the app's user in the staged tree, with the release's environment and the host's own", async () => {
  const input = await host.deployment(
    { 'app.py': 'new' },
    {
      app: {
        env: { LEVEL: 'it\'s "$HOME"' },
        envFile: '.env',
        shared: ['.env'],
        build: [
          'pwd; cat app.py; id -un',
          'echo "$LEVEL|$SECRET|$PLAIN|$PORT|$BELAY_RELEASE"',
          'cat; echo ${PATH%%:*}',
        ],
      },
    },
  );
  const { output } = await host.run(build, input);
  expect(output).toBe(
    `$ pwd; cat app.py; id -un\n${tree}\nnew${me}\n` +
      `$ echo "$LEVEL|$SECRET|$PLAIN|$PORT|$BELAY_RELEASE"\nit's "$HOME"|a b|x y|9|20261124T101500Z-1f0c9a2b\n` +
      `$ cat; echo \${PATH%%:*}\n${tree}/.venv/bin\n`,
  );
});

test('a command that fails ends the build and is named with its output; nothing is run after it', async () => {
  const input = await host.deployment(
    { 'app.py': 'new' },
    { app: { build: ['echo no such package >&2; exit 7', 'touch ran'] } },
  );
  await expect(host.run(build, input)).rejects.toThrow(
    '`build` on local failed with exit status 1:\n$ echo no such package >&2; exit 7\nno such package\n' +
      "the build command 'echo no such package >&2; exit 7' ended with exit status 7\n" +
      'The old version was not touched. Mend what failed, and deploy again.',
  );
  await expect(stat(join(tree, 'ran'))).rejects.toThrow('ENOENT');
});

test('checks run after the build, as it does; one that fails is named, and ends it', async () => {
  const input = await host.deployment(
    { 'app.py': 'new' },
    { app: { build: ['echo made >bundle'], checks: { local: [], host: ['cat bundle', 'exit 3'] } } },
  );
  await expect(host.run(build, input)).rejects.toThrow(
    "$ echo made >bundle\n$ cat bundle\nmade\n$ exit 3\nthe check 'exit 3' ended with exit status 3\n",
  );
});

test('what a build made is known as its own by its time', async () => {
  await host.run(build, await host.deployment({}, { app: { build: ['echo made >bundle'] } }));
  const [made, built] = await Promise.all([
    stat(join(tree, 'bundle')),
    stat(join(host.record('20261124T101500Z-1f0c9a2b'), 'built')),
  ]);
  expect(built.ctimeMs).toBeGreaterThanOrEqual(made.ctimeMs);
});

test('what is shared is linked into the tree, from the live one before the first activation', async () => {
  await mkdir(join(host.base, 'shared'), { recursive: true });
  await writeFile(join(host.base, 'shared/.env'), '');
  const input = await host.deployment(
    { 'data/.gitkeep': '' },
    { app: { shared: ['./data/', '.env', 'absent'] } },
  );
  await host.run(build, input);
  expect(await readlink(join(tree, 'data'))).toBe(join(host.path, 'data'));
  expect(await readlink(join(tree, '.env'))).toBe(join(host.base, 'shared/.env'));
  await expect(readlink(join(tree, 'absent'))).rejects.toThrow('ENOENT');
});

test('packed source where a shared path goes is an error before anything stops', async () => {
  const input = await host.deployment({ 'data/seed.sql': '' }, { app: { shared: ['data'] } });
  await expect(host.run(build, input)).rejects.toThrow(
    /data is kept on the host beside the releases, but is part of the packed source as well: leave it out/,
  );
});

test('dependencies are kept by lockfile: for a new one they are copied, and the live ones stay as they are', async () => {
  await host.write(host.path, { 'node_modules/.bin/tool': 'one', 'package-lock.json': '1' });
  const input = await host.deployment(
    { 'package-lock.json': '2' },
    { plan: dependencies('node_modules/'), app: { build: ['echo two >node_modules/.bin/tool'] } },
  );
  await host.run(build, input);
  expect(await readlink(join(tree, 'node_modules'))).toMatch(
    /words\.belay\/deps\/[0-9a-f]{16}\/node_modules$/,
  );
  expect(await readFile(join(tree, 'node_modules/.bin/tool'), 'utf8')).toBe('two\n');
  expect(await readFile(join(host.path, 'node_modules/.bin/tool'), 'utf8')).toBe('one');
});

test('dependencies of a build that failed are made anew', async () => {
  await host.write(host.path, { 'venv/lib/a': 'whole' });
  const failing = { plan: dependencies('venv/'), app: { build: ['rm venv/lib/a; false'] } };
  await expect(host.run(build, await host.deployment({}, failing))).rejects.toThrow('exit status 1');
  const input = await host.deployment({}, { plan: dependencies('venv/') });
  await host.run(build, input);
  expect(await readFile(join(tree, 'venv/lib/a'), 'utf8')).toBe('whole');
  expect(await readlink(join(tree, 'venv'))).toBe(join(host.base, 'deps/none/venv'));
});

test("scripts of a copied venv name the copy, so that its pip does not install into the live release's", async () => {
  const venv = join(host.path, 'venv');
  await host.write(venv, {
    'bin/pip': `#!${venv}/bin/python\nprint("${venv}")\n`,
    'bin/activate': `VIRTUAL_ENV="${venv}"\n`,
    'bin/binary': `\0${venv}`,
  });
  await host.run(build, await host.deployment({}, { plan: dependencies('venv/') }));
  const copy = join(host.base, 'deps/none/venv');
  expect(await readFile(join(tree, 'venv/bin/pip'), 'utf8')).toBe(`#!${copy}/bin/python\nprint("${copy}")\n`);
  expect(await readFile(join(tree, 'venv/bin/activate'), 'utf8')).toBe(`VIRTUAL_ENV="${copy}"\n`);
  expect(await readFile(join(tree, 'venv/bin/binary'), 'utf8')).toBe(`\0${venv}`);
});

test('an env_file that is not there is named', async () => {
  const input = await host.deployment({}, { app: { envFile: '/etc/none.env', build: ['true'] } });
  await expect(host.run(build, input)).rejects.toThrow(
    'env_file /etc/none.env is not there: put it on the host',
  );
});
