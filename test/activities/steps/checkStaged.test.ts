import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { checkStaged } from '../../../src/activities/steps/checkStaged.js';
import { upload } from '../../../src/activities/steps/upload.js';
import type { App } from '../../../src/domain/app/app.js';
import type { Finding } from '../../../src/domain/findings/finding.js';
import { type Tree, writeTree } from '../../artifact/source.js';
import { makeFacts, makeListener, makeProcess } from '../../domain/make-facts.js';
import { stagingHost } from '../staging-host.js';

// Each check starts a dozen processes; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const release = '20261124T101500Z-00000001';

/** What the check finds in a tree, besides its summary. `live`: what the app's path holds. */
async function findingsOf(tree: Tree, app?: Partial<App>, live?: Tree): Promise<Finding[]> {
  const host = await stagingHost();
  if (live) await writeTree(live, host.path);
  const artifact = await host.artifact(tree);
  await host.run(upload, artifact, release);
  const before = (await readdir(host.tree(release), { recursive: true })).sort();
  const { findings } = await host.run(checkStaged, artifact, release, app);
  expect((await readdir(host.tree(release), { recursive: true })).sort()).toEqual(before);
  return findings.filter(({ id }) => id !== 'staged.checked');
}

function short(findings: Finding[]): string[] {
  return findings.map(
    ({ id, severity, message, evidence }) => `${severity} ${id} ${message} | ${evidence.trim()}`,
  );
}

const missingBrace = `TOOLS = [
    {"id": 9992, "name": "Reverse"},
    "id": 9993, "name": "Word Counter"},
]
`;

describe('Python', () => {
  it('finds the missing brace of the incident, with file, line, column and the line itself', async () => {
    const findings = await findingsOf({ 'app.py': 'import tools_new\n', 'tools_new.py': missingBrace });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ id: 'python.syntax', severity: 'block', host: 'web1' });
    expect(findings[0]?.message).toMatch(/^tools_new\.py:[34]:\d+: /);
  });

  it('finds every file at fault, what only the compiler sees included, and scripts by their first line', async () => {
    const findings = await findingsOf({
      'a.py': 'def f(:\n  pass\n',
      'b/c.py': 'x = 1\n\treturn x\n',
      'd.py': 'return 1\n',
      'e.py': 'a = "\0"\n',
      manage: { text: '#!/usr/bin/env python3\nprint "old"\n', mode: 0o755 },
      'good.py': '# -*- coding: latin-1 -*-\nasync def f():\n    await g()\n',
      'latin.py': 'x = "ok"\n',
    });
    expect(short(findings).sort()).toEqual([
      expect.stringMatching(/^block python\.syntax a\.py:1:\d+: invalid syntax \| def f\(:$/),
      expect.stringMatching(/^block python\.syntax b\/c\.py:2:\d*:? ?unexpected indent \| return x$/),
      expect.stringMatching(/^block python\.syntax d\.py:1:\d+: 'return' outside function \| return 1$/),
      expect.stringMatching(/^block python\.syntax e\.py.*null bytes/),
      expect.stringMatching(/^block python\.syntax manage:2:\d+: Missing parentheses/),
    ]);
  });

  it('runs none of what it checks', async () => {
    const findings = await findingsOf({
      'app.py': 'open("was-run", "w")\nraise SystemExit(3)\n',
      'jinja2.py': 'raise SystemExit(4)\n',
      'json.py': 'raise SystemExit(5)\n',
      'templates/a.html': '{{ a }}',
      'a.json': '{}',
    });
    expect(findings).toEqual([]);
  });

  it('lists fifty faults and counts the rest', async () => {
    const tree = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`f${n}.py`, '(']));
    const findings = await findingsOf(tree);
    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatchObject({ id: 'staged.more', message: 'and 70 more faults like these' });
  });
});

describe('Jinja2', () => {
  const page = (tags: string) => `{% extends "base.html" %}\n{% block main %}\n${tags}\n{% endblock %}\n`;

  it('finds the elif after else of the incident, and lets what is right pass', async () => {
    const findings = await findingsOf({
      'app.py': '',
      'templates/detail_new.html': page(
        "{% if a == 'b' %}1\n{% else %}2\n{% elif tool.slug == 'word-counter' %}3\n{% endif %}",
      ),
      'templates/good.html': page(
        '{% if a %}1{% elif b %}2{% else %}3{% endif %}{{ a | own_filter }}{% trans %}t{% endtrans %}{% do f() %}',
      ),
      'mail.txt.j2': '{% for x in y %}{% if x %}{% continue %}{% endif %}{{ x }}{% endfor %}',
    });
    expect(short(findings)).toEqual([
      expect.stringMatching(
        /^block jinja2\.syntax templates\/detail_new\.html:5: Encountered unknown tag 'elif'.*\| \{% elif tool\.slug == 'word-counter' %\}3$/s,
      ),
    ]);
  });

  it('only warns of a tag that an extension may bring', async () => {
    const findings = await findingsOf({
      'app.py': '',
      'templates/a.html': '<p>\n{% assets "x" %}{% endassets %}',
    });
    expect(short(findings)).toEqual([
      expect.stringMatching(/^warn jinja2\.unknown-tag templates\/a\.html:2: .*'assets'/),
    ]);
  });

  it('leaves the templates of Django and of other languages alone', async () => {
    const django = '{% load static %}{{ x|date:"Y" }}';
    expect(await findingsOf({ 'manage.py': 'import django\n', 'words/templates/a.html': django })).toEqual(
      [],
    );
    expect(await findingsOf({ 'server.js': '', 'templates/a.html': '{{#if x}}{{/if}}{% nonsense' })).toEqual(
      [],
    );
  });
});

describe('JavaScript, JSON and shell', () => {
  it('parses each file as Node would, and quotes the line at fault', async () => {
    const findings = await findingsOf({
      'package.json': '{ "name": "words" }',
      'bad.js': 'const a = 1;\nconst b = { a: 1, ;\n',
      'bad.mjs': 'import a from "a"\nexport default = 3\n',
      'good.js': '#!/usr/bin/env node\nreturn; \n',
      'either.js': 'import x from "x";\nawait x;\nexport default x;\n',
      'good.mjs': 'export const a = await import("b");\n',
      'good.cjs': 'const await = 1; module.exports = require("a");\n',
      'esm/package.json': '{ "type": "module" }',
      'esm/bad.js': 'return 1;\n',
      'view.js': 'export default () => <p>Hello</p>;\n',
    });
    expect(short(findings)).toEqual([
      "block node.syntax bad.js:2:19: Unexpected token ';' | const b = { a: 1, ;",
      "block node.syntax bad.mjs:2:16: Unexpected token '=' | export default = 3",
      'block node.syntax esm/bad.js:1:1: Illegal return statement | return 1;',
      "warn node.syntax view.js:1:22: Unexpected token '<' | export default () => <p>Hello</p>;",
    ]);
  });

  it('only warns of what browsers load', async () => {
    const findings = await findingsOf({ 'app.py': '', 'static/site.js': 'function (' });
    expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['warn node.syntax']);
  });

  it('finds faults of JSON, but allows comments where they are the custom', async () => {
    const tree = {
      'package.json': '{\n  "a": 1,\n}\n',
      'tsconfig.json': '{ /* so */ }',
      'data/good.json': '\uFEFF[1]',
    };
    expect(short(await findingsOf(tree))).toEqual([
      expect.stringMatching(/^block json\.syntax package\.json:[23]:\d+: /),
    ]);
  });

  it('asks the shell that a script names', async () => {
    const findings = await findingsOf({
      'run.sh': 'if true; then\n  echo 1\nfi\nfi\n',
      'bin/bash-only': { text: '#!/usr/bin/env bash\na=(1 2)\necho "${a[@]}"\n', mode: 0o755 },
      'bin/bad bash': { text: '#!/bin/bash\nfor x in 1; do\necho\n', mode: 0o755 },
      'deploy.sh': '#!/bin/bash\nf() { echo <(true); }\n',
      'bin/binary': { text: '\x7fELF\0\0', mode: 0o755 },
    });
    expect(short(findings).sort()).toEqual([
      expect.stringMatching(/^block shell\.syntax bin\/bad bash:\d: .*unexpected end of file/),
      expect.stringMatching(/^block shell\.syntax run\.sh:4: Syntax error: "fi" unexpected \| fi$/),
    ]);
  });
});

function pythonHas(module: string): boolean {
  return spawnSync('python3', ['-I', '-c', `import ${module}`]).status === 0;
}

describe('YAML and TOML', () => {
  it.skipIf(!pythonHas('yaml'))('finds a fault of YAML, and leaves tags and templates alone', async () => {
    const findings = await findingsOf({
      'yaml.py': 'raise SystemExit(6)\n',
      'conf/a.yaml': 'name: words\ntools:\n  - id: 1\n   slug: x\n',
      'b.yml': 'a: [1, 2\n',
      'unknown-alias.yml': 'a: *nowhere\n',
      'good.yml': '--- !own {a: !vault 1}\n--- 2\n',
      'chart.yaml': '{% if a %}\n- [\n{% endif %}\n',
    });
    expect(short(findings).sort()).toEqual([
      expect.stringMatching(/^block yaml\.syntax b\.yml:2:1: .*expected ',' or '\]'/),
      expect.stringMatching(/^block yaml\.syntax conf\/a\.yaml:4:4: .* \| slug: x$/),
      expect.stringMatching(/^block yaml\.syntax unknown-alias\.yml:1:4: .*alias.* \| a: \*nowhere$/),
    ]);
  });

  it.skipIf(!pythonHas('tomllib'))('finds a fault of TOML', async () => {
    const findings = await findingsOf({
      'tomllib.py': 'raise SystemExit(7)\n',
      'pyproject.toml': '[project]\nname = "words"\nversion = 1.0.0\n',
      'open.toml': 'a = [1,',
      'good.toml': 'a = 1\n',
    });
    expect(short(findings)).toEqual([
      expect.stringMatching(/^block toml\.syntax open\.toml:1: .* \| a = \[1,$/),
      expect.stringMatching(/^block toml\.syntax pyproject\.toml:3:\d+: .* \| version = 1\.0\.0$/),
    ]);
  });
});

describe('declared packages', () => {
  const requirements = `# what it needs
pip>=1  # is there
No_Such.Package[extra]==1.2 ; python_version >= "3" # is not
elsewhere-too @ https://example.test/e.zip ; sys_platform == "nowhere"
-e ./local
git+https://example.test/x.git
./wheels/own-1.0-py3-none-any.whl
wrapped-\\
package>=2
-r more/requirements.txt
`;
  const tree = {
    'app.py': '',
    'requirements.txt': requirements,
    'more/requirements.txt': 'not-there-either\n-r ../requirements.txt\n-r ../../outside.txt\n',
  };
  const evidence = [
    'requirements.txt:3: No_Such.Package[extra]==1.2 ; python_version >= "3" # is not',
    'requirements.txt:8: wrapped-\\',
    'more/requirements.txt:1: not-there-either',
  ].join('\n');

  it('of requirements.txt, and what it includes, are looked for in the Python that the start command comes to', async () => {
    const findings = await findingsOf(tree, { run: 'python3 app.py' });
    expect(findings).toMatchObject([{ id: 'deps.missing', severity: 'block', evidence }]);
    expect(findings[0]?.message).toMatch(
      /^requirements\.txt, more\/requirements\.txt declares what is not installed for \/\S+: No_Such\.Package, wrapped-package, not-there-either\.$/,
    );
    expect(findings[0]?.remedy).toContain('-r requirements.txt');
  });

  it('are only warned of where build may bring them, or another Python may run the app', async () => {
    const of = async (app: Partial<App>) =>
      (await findingsOf(tree, app)).map(({ id, severity }) => `${severity} ${id}`);
    expect(await of({ run: 'python3 app.py', build: ['pip install -r requirements.txt'] })).toEqual([
      'warn deps.missing',
    ]);
    expect(await of({ run: 'python3 app.py', env: { PYTHONPATH: '/opt/lib' } })).toEqual([
      'warn deps.missing',
    ]);
    expect(await of({})).toEqual(['warn deps.missing']);
  });

  const packageJson = `{
  "name": "words",
  "dependencies": {
    "here": "^1.0.0",
    "express": "^4.18.0",
    "@scope/lib": "1",
    "bundled": "*",
    "own": "file:./own"
  },
  "devDependencies": { "vitest": "4" }
}
`;
  const source = {
    'package.json': packageJson,
    'server.js': "const express = require('express');\nimport('@scope/lib/part');\n",
  };
  const live = { 'node_modules/here/package.json': '{}' };

  it('of package.json are looked for in the live node_modules, where Node runs the app', async () => {
    const findings = await findingsOf(source, { run: 'node server.js' }, live);
    expect(findings).toMatchObject([
      {
        id: 'deps.missing',
        severity: 'block',
        evidence: 'package.json:5: "express": "^4.18.0",\npackage.json:6: "@scope/lib": "1",',
      },
      { id: 'deps.missing', severity: 'warn', evidence: 'package.json:7: "bundled": "*",' },
    ]);
    expect(
      (await findingsOf(source, { run: 'node server.js', build: ['npm ci'] }, live)).map(
        ({ severity }) => severity,
      ),
    ).toEqual(['warn', 'warn']);
    expect(await findingsOf(source, {}, live)).toEqual([]);
  });

  it('are looked for among those that are kept for its lockfiles', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact(source);
    await host.run(upload, artifact, release);
    const digest = spawnSync(
      'sh',
      ['-c', 'sha256sum -- ./package.json | sort -u | sha256sum | cut -c 1-16'],
      {
        cwd: host.tree(release),
        encoding: 'utf8',
      },
    ).stdout.trim();
    const kept = Object.fromEntries(
      ['here', 'express', '@scope/lib', 'bundled'].map((name) => [`node_modules/${name}/package.json`, '{}']),
    );
    await writeTree(kept, `${host.path}.belay/deps/${digest}`);
    const { findings } = await host.run(checkStaged, artifact, release, { run: 'node server.js' });
    expect(findings.map(({ id }) => id)).toEqual(['staged.checked']);
    expect(findings[0]?.evidence).toContain('4 packages of package.json looked for by v');
  });
});

describe('the start command', () => {
  it('is looked for where the release will look', async () => {
    const run = 'LOG=1 gunicorn-of-the-venv -b {bind} app:app';
    const findings = await findingsOf({ 'app.py': '' }, { run });
    expect(findings).toMatchObject([{ id: 'app.command', severity: 'block' }]);
    expect(findings[0]?.evidence).toMatch(
      /looked in: \S*\/tree\/\.venv\/bin:.*\/words\/venv\/bin:.*:\/usr\/bin/,
    );
    expect(await findingsOf({ 'app.py': '' }, { run, build: ['pip install gunicorn'] })).toMatchObject([
      { id: 'app.command', severity: 'warn' },
    ]);
    expect(await findingsOf({ 'app.py': '' }, { run: 'cd sub && ./nowhere' })).toEqual([]);
    expect(
      await findingsOf({ 'bin/serve': { text: '#!/bin/sh\n', mode: 0o755 } }, { run: './bin/serve' }),
    ).toEqual([]);
    expect(await findingsOf({ 'bin/serve': '#!/bin/sh\n' }, { run: './bin/serve' })).toMatchObject([
      { id: 'app.command' },
    ]);
  });

  it('is found in the venv of what is live, whose Python compiles then', async () => {
    const host = await stagingHost();
    await writeTree(
      { 'venv/bin/serve-words': { text: `#!${host.path}/venv/bin/python3\n`, mode: 0o755 } },
      host.path,
    );
    await symlink('/usr/bin/python3', join(host.path, 'venv/bin/python3'));
    const artifact = await host.artifact({ 'app.py': '', 'faulty.py': 'def f(:\n' });
    await host.run(upload, artifact, release);
    const { findings } = await host.run(checkStaged, artifact, release, { run: 'serve-words app:app' });
    expect(findings.map(({ id }) => id).sort()).toEqual(['python.syntax', 'staged.checked']);
    // The faulty one is none of those that were compiled.
    expect(findings.find(({ id }) => id === 'staged.checked')?.evidence).toMatch(
      /^1 Python files compiled by 3\.\d+\.\d+ \S*\/words\/venv\/bin\/python3$/,
    );
  });

  it('names a module that is there', async () => {
    const tree = {
      'app.py': '',
      'words/__init__.py': '',
      'words/wsgi.py': '',
      gunicorn: { text: '#!/bin/sh\n', mode: 0o755 },
    };
    const of = async (module: string) =>
      (await findingsOf(tree, { run: `./gunicorn -b {bind} ${module}` })).map(
        ({ id, severity }) => `${severity} ${id}`,
      );
    expect(await of('app:app')).toEqual([]);
    expect(await of("'words.wsgi:create()'")).toEqual([]);
    expect(await of('words:app')).toEqual([]);
    expect(await of('words.main:app')).toEqual(['block app.module']);
    expect(await of('elsewhere:app')).toEqual(['warn app.module']);
    expect(await of('--chdir sub main:app')).toEqual([]);
  });
});

describe.runIf(process.getuid?.() === 0)('the app’s user', () => {
  it('runs the interpreters', async () => {
    const host = await stagingHost();
    await chmod(dirname(host.path), 0o755);
    const artifact = await host.artifact({ 'app.py': '' });
    await host.run(upload, artifact, release);
    const { findings } = await host.run(checkStaged, artifact, release, { user: 'nobody' });
    expect(findings).toMatchObject([
      { id: 'staged.checked', message: expect.stringContaining('as nobody') as string },
    ]);
  });

  it('must be able to reach the release: root checks nothing in its place', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ 'app.py': '(' });
    await host.run(upload, artifact, release);
    await plantPython(host.path);
    const { findings } = await host.run(checkStaged, artifact, release, { user: 'nobody' });
    expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['block app.unreadable']);
    expect(await whoRan(host.path)).toBe('');
  });

  it('is one that the host knows: root checks nothing in its place', async () => {
    const host = await stagingHost();
    await chmod(dirname(host.path), 0o755);
    const artifact = await host.artifact({ 'app.py': '' });
    await host.run(upload, artifact, release);
    await plantPython(host.path);
    const { findings } = await host.run(checkStaged, artifact, release, { user: 'no-such-user' });
    expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['block staged.unchecked']);
    expect(await whoRan(host.path)).toBe('');
  });

  it('is whoever runs the app, not whom its folder belongs to', async () => {
    const host = await stagingHost();
    await chmod(dirname(host.path), 0o755);
    const artifact = await host.artifact({ 'app.py': '' });
    await host.run(upload, artifact, release);
    const running = makeFacts({
      listeners: [makeListener(9999, [7])],
      processes: [makeProcess(7, 'gunicorn app:app', { user: 'nobody', cwd: host.path })],
    });
    const facts = { ...running, app: { ...running.app, realPath: host.path, owner: 'root' } };
    const { findings } = await host.run(
      checkStaged,
      artifact,
      release,
      { user: undefined, port: 9999 },
      facts,
    );
    expect(findings).toMatchObject([
      { id: 'staged.checked', message: expect.stringContaining('as nobody') as string },
    ]);
  });

  it('may write where it could before: what would be lost is told before anything stops', async () => {
    const host = await stagingHost();
    await chmod(dirname(host.path), 0o755);
    await writeTree({ 'notes.txt': 'a', 'app.py': '' }, host.path);
    await chmod(join(host.path, 'notes.txt'), 0o666);
    const artifact = await host.artifact({ 'app.py': '', 'notes.txt': 'b' });
    await host.run(upload, artifact, release, { user: 'nobody' });
    const lost = async () =>
      (await host.run(checkStaged, artifact, release, { user: 'nobody' })).findings
        .filter(({ id }) => id !== 'staged.checked')
        .map(({ id, severity, evidence }) => `${severity} ${id} ${evidence}`);
    expect(await lost()).toEqual([]);
    await chmod(join(host.tree(release), 'notes.txt'), 0o644);
    expect(await lost()).toEqual(['block app.rights-lost notes.txt']);
  });

  it('names the files that lose bits and capabilities that a mode does not carry over; what the release lacks is not its own', async () => {
    const host = await stagingHost();
    const files = { 'bin/tool': 'a', 'bin/own': 'b', 'bin/plain': 'c' };
    await writeTree({ ...files, 'bin/gone': 'd' }, host.path);
    for (const name of ['tool', 'gone']) await chmod(join(host.path, 'bin', name), 0o4755);
    execFileSync('setcap', ['cap_net_bind_service=ep', join(host.path, 'bin/own')]);
    const artifact = await host.artifact(files);
    await host.run(upload, artifact, release);
    const { findings } = await host.run(checkStaged, artifact, release);
    expect(findings.filter(({ id }) => id === 'files.special-lost')).toMatchObject([
      {
        severity: 'warn',
        evidence:
          'bin/tool: a bit that makes whoever runs it its owner or group\nbin/own: capabilities (getcap)',
      },
    ]);
  });

  it('tells which files name BELAY_REHEARSAL, documents and dependencies left out', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({
      'app.py': 'import os\nif not os.environ.get("BELAY_REHEARSAL"):\n    start()\n',
      'README.md': 'BELAY_REHEARSAL',
      'node_modules/a/a.txt.py': '# BELAY_REHEARSAL',
      'lib/plain.py': 'BELAY = 1',
    });
    await host.run(upload, artifact, release);
    const { findings } = await host.run(checkStaged, artifact, release);
    expect(findings.filter(({ id }) => id === 'app.heeds-rehearsal')).toMatchObject([
      { severity: 'info', evidence: 'app.py names BELAY_REHEARSAL' },
    ]);
  });

  /** In the live venv: a python that notes as whom it ran. */
  async function plantPython(path: string): Promise<void> {
    const text = `#!/bin/sh\nid -un >>"${path}/../ran"\nexec /usr/bin/python3 "$@"\n`;
    await writeTree({ '.venv/bin/python': { text, mode: 0o755 } }, path);
  }

  function whoRan(path: string): Promise<string> {
    return readFile(join(path, '../ran'), 'utf8').catch(() => '');
  }
});
