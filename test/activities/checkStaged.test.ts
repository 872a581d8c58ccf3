import { chmod, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkStaged } from '../../src/activities/checkStaged.js';
import { upload } from '../../src/activities/upload.js';
import type { App } from '../../src/domain/app.js';
import type { Finding } from '../../src/domain/finding.js';
import { type Tree, writeTree } from '../artifact/source.js';
import { stagingHost } from './staging-host.js';

const release = '20261124T101500Z-00000001';

/** What the check finds in a tree, besides its summary. */
async function findingsOf(tree: Tree, app?: Partial<App>): Promise<Finding[]> {
  const host = await stagingHost();
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
    const artifact = await host.artifact({ 'app.py': '' });
    await host.run(upload, artifact, release);
    const { findings } = await host.run(checkStaged, artifact, release, { run: 'serve-words app:app' });
    expect(findings.map(({ id }) => id)).toEqual(['staged.checked']);
    expect(findings[0]?.evidence).toMatch(
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

  it('must be able to reach the release', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ 'app.py': '(' });
    await host.run(upload, artifact, release);
    await mkdir(host.path);
    const { findings } = await host.run(checkStaged, artifact, release, { user: 'nobody' });
    expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'block app.unreadable',
      'block python.syntax',
      'info staged.checked',
    ]);
  });
});
