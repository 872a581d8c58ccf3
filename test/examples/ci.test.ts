import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const examples = new URL('../../examples/ci/', import.meta.url);

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'belay-ci-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** GitHub's own parser; bundled, for it imports JSON in a way that Node 20 refuses. @returns its errors */
async function githubErrors(content: string): Promise<string[]> {
  const outfile = join(await folder(), 'parser.mjs');
  const entry = `import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
    export const errors = (content) =>
      parseWorkflow({ name: 'deploy.yml', content }, new NoOperationTraceWriter()).context.errors.getErrors();`;
  await build({
    stdin: { contents: entry, resolveDir: dirname(new URL(import.meta.url).pathname) },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  });
  const { errors } = (await import(outfile)) as { errors: (content: string) => Error[] };
  return errors(content).map(({ message }) => message);
}

/** GitLab's schema and rules, as gitlab-ci-local holds them. @returns the names of its jobs; throws where it is refused */
async function gitlabJobs(content: string): Promise<string[]> {
  const cwd = await folder();
  await writeFile(join(cwd, '.gitlab-ci.yml'), content);
  const git = (...args: string[]) => run('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.test', ...args], { cwd });
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', 'git@gitlab.example.test:words/words.git');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'words');
  const { stdout } = await run(process.execPath, [require.resolve('gitlab-ci-local'), '--list-json'], {
    cwd,
    timeout: 60_000,
  });
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

describe('the examples for pipelines', { timeout: 60_000 }, () => {
  it('the one for GitHub Actions is a workflow by GitHub’s own parser', async () => {
    const content = await readFile(new URL('github-actions.yml', examples), 'utf8');
    expect(await githubErrors(content)).toEqual([]);
    expect(await githubErrors(content.replace('runs-on:', 'run-on:'))).not.toEqual([]);
  });

  it('the one for GitLab is a pipeline by GitLab’s own schema', async () => {
    const content = await readFile(new URL('gitlab-ci.yml', examples), 'utf8');
    expect(await gitlabJobs(content)).toEqual(['plan', 'deploy']);
    await expect(gitlabJobs(content.replaceAll('script:', 'scripts:'))).rejects.toThrow(/script/);
  });

  it('their commands are belay’s', async () => {
    const texts = await Promise.all(
      ['github-actions.yml', 'gitlab-ci.yml'].map((name) => readFile(new URL(name, examples), 'utf8')),
    );
    for (const text of texts) {
      expect(parse(text)).toBeTypeOf('object');
      const lines = text.split('\n').filter((line) => /^\s*(- |run: )?belay /.test(line));
      const commands = lines.map((line) => /belay (.*)/.exec(line)?.[1]?.split(' > ')[0]);
      expect(commands).toEqual([
        'plan --junit belay.xml',
        'deploy --yes --detach',
        'wait --timeout 40m --junit belay.xml',
        'report --format html',
      ]);
    }
  });
});
