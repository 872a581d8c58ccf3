import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../src/domain/plan/input.js';
import { event, list, outcome, planOutput, report } from '../../../src/cli/output/schema.js';
import { plan } from '../../workflows/fakes.js';
import { cli, project, Temporal, type Ran } from '../harness.js';
import { until, untilCancelled } from '../../until.js';

const id = 'words/production/web1';
const short = plan().digest.slice(0, 12);
const fails = (message: string, type: string) => () =>
  Promise.reject(ApplicationFailure.nonRetryable(message, type));
// Any control character but the end of a line.
const controls = /[^\P{Cc}\n]/u;

describe('the command line on a real Temporal', { timeout: 60_000 }, () => {
  let temporal: Temporal;
  let folder: string;
  beforeAll(async () => {
    temporal = await Temporal.start();
  }, 120_000);
  afterAll(() => temporal.stop());
  beforeEach(async () => {
    folder = await project();
  });
  afterEach(async () => {
    await temporal.endAll();
    await rm(folder, { recursive: true, force: true });
  });

  const deploy = (...args: string[]) => cli(['deploy', ...args], { cwd: folder });
  const status = () => cli(['status', id, '--json']);
  const statusJson = async () => outcome.parse(JSON.parse((await status()).stdout));

  it('deploys with --yes: lines on stderr, the last lines on stdout, no control characters', async () => {
    const ran = await temporal.serving({}, () => deploy('--yes'));
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/packed 1 file, 15 B/);
    expect(ran.stderr).toMatch(/^deploy words on web1, release \d{8}T\d{6}Z-[0-9a-f]{8}$/m);
    expect(ran.stderr).toMatch(/^… upload begins: upload 5 of 214 files, 31 kB$/m);
    expect(ran.stderr).toMatch(/^✓ upload 5 of 214 files, 31 kB {2}\d/m);
    expect(ran.stderr).toContain(`Plan ${short}`);
    expect(ran.stderr).toMatch(new RegExp(`^» approved by .+ \\(plan ${short}\\)$`, 'm'));
    expect(ran.stdout).toMatch(/^✓ succeeded in .+: words on web1 serves \d{8}T\d{6}Z-[0-9a-f]{8}$/m);
    expect(ran.stdout).toMatch(/^ {2}id +belay\/words\/production\/web1@[0-9a-f-]{36}$/m);
    expect(ran.stdout).toMatch(
      /^ {2}web ui +http:\/\/ui\.example\.test\/namespaces\/default\/workflows\/belay%2Fwords/m,
    );
    expect(ran.stdout).toMatch(/^ {2}next +belay report words\/production\/web1$/m);
    expect(ran.stdout + ran.stderr).not.toMatch(controls);
  });

  it('prints one JSON object that fits the schema', async () => {
    const ran = await temporal.serving({}, () => deploy('--yes', '--json'));
    const parsed = outcome.parse(JSON.parse(ran.stdout));
    expect(parsed).toMatchObject({
      outcome: 'succeeded',
      state: 'closed',
      app: 'words',
      host: 'web1',
      port: 9999,
      plan: plan().digest,
    });
    expect(parsed.steps.map(({ name }) => name)).toContain('commit');
  });

  it('prints one event a line with --output jsonl, the outcome last', async () => {
    const ran = await temporal.serving({}, () => deploy('--yes', '--output', 'jsonl'));
    const events = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => event.parse(JSON.parse(line)));
    expect(events[0]).toMatchObject({ event: 'start' });
    const ended = events.flatMap((each) => (each.event === 'step-end' ? [each.step.name] : []));
    expect(ended.slice(-4)).toEqual(['verify', 'soak', 'commit', 'settle']);
    expect(events.filter((each) => each.event === 'plan')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ event: 'outcome', outcome: 'succeeded' });
  });

  it('leaves a plan waiting where nobody can be asked, and says how to approve it', async () => {
    await temporal.serving({}, async () => {
      const ran = await deploy();
      expect(ran.code).toBe(8);
      expect(ran.stderr).toContain(
        `? waiting for approval of plan ${short}: belay approve ${id} --plan ${short}`,
      );
      expect(ran.stdout).toMatch(/^ {2}next +belay approve/m);
      expect(await statusJson()).toMatchObject({
        outcome: null,
        state: 'awaiting-approval',
        plan: plan().digest,
      });

      const busy = await deploy('--yes');
      expect(busy.code).toBe(1);
      expect(busy.stderr).toMatch(
        /a deploy of words on web1 is going on already: .+, started by .+ ago, awaiting approval/,
      );
      expect(busy.stderr).toContain(`belay abort ${id}`);

      const wrong = await cli(['approve', id, '--plan', 'ffffffffff']);
      expect(wrong).toMatchObject({ code: 1 });
      expect(wrong.stdout).toContain(`changed nothing: it names ffffffffff, the plan is ${short}`);
      const unnamed = await cli(['approve', id]);
      expect(unnamed).toMatchObject({ code: 64, stdout: '' });
      expect(unnamed.stderr).toContain(`belay approve ${id} --plan ${short}`);

      const right = await cli(['approve', '--plan', short], { cwd: folder });
      expect(right).toMatchObject({ code: 0 });
      const watched = await cli(['watch', id]);
      expect(watched.code).toBe(0);
      expect(watched.stderr).toContain(`changed nothing: it names ffffffffff`);
    });
    expect(await status()).toMatchObject({ code: 0 });
  });

  it('is aborted by signal, and says when that is too late', async () => {
    await temporal.serving({}, async () => {
      await deploy('--detach').then((ran) => expect(ran.code).toBe(8));
      await until(async () => (await statusJson()).state === 'awaiting-approval');
      const aborted = await cli(['abort', '--reason', 'wrong branch'], { cwd: folder });
      expect(aborted).toMatchObject({ code: 0 });
      expect(aborted.stdout).toMatch(/✓ abort asked for by .+: wrong branch/);
      const watched = await cli(['watch', id]);
      expect(watched.code).toBe(2);
      expect(watched.stdout).toMatch(/aborted after .+ is as it was/);
      const late = await cli(['abort', id]);
      expect(late.code).toBe(1);
      expect(late.stderr).toContain('is over');
    });
  });

  it('exits 3 where it rolled back, and the report tells why, what was undone, and who approved', async () => {
    const overrides = { verify: fails('https://words.example.test/ answered 500', 'VerificationFailed') };
    const ran = await temporal.serving(overrides, () => deploy('--yes'));
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('https://words.example.test/ answered 500 (VerificationFailed)');
    expect(ran.stderr).toMatch(
      /^↶ rolling back, because verify: .+ answered 500\n… take the host back begins/m,
    );
    expect(ran.stdout).toMatch(/^↶ rolled back after .+: words on web1 is as it was before$/m);

    const text = await cli(['report', id]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^# Deployment of words on web1: rolled-back$/m);
    expect(text.stdout).toMatch(/^## Cause\n\nverify: `https:\/\/words\.example\.test\/` answered 500$/m);
    expect(text.stdout).toMatch(/^\| approved by \| .+ at 20/m);
    expect(text.stdout).toMatch(/restore files: done \(undid activate\)/);
    const html = await cli(['report', id, '--format', 'html', '--lang', 'zh']);
    expect(html).toMatchObject({ code: 0, stderr: '' });
    expect(html.stdout).toMatch(
      /^<!doctype html>\n<html lang="zh">[^]*<h1>web1 上 words 的部署：已回滚<\/h1>/,
    );
    const env = { BELAY_LANG: 'zh_CN' };
    expect((await cli(['report', id], { env })).stdout).toMatch(/^# web1 上 words 的部署：已回滚$/m);
    const status = await cli(['status', id], { env });
    expect(status.code).toBe(3);
    expect(status.stdout).toMatch(
      /^✗ 验证.*\n {2}没有通过验证。原文：https:\/\/words\.example\.test\/ answered 500/m,
    );
    expect(status.stdout).toMatch(/^↶ 已回滚，用时 .+：web1 上的 words 已恢复原样$/m);
    expect((await cli(['list'], { env })).stdout).toMatch(/^类型 +结果 +开始 .*\n部署 +已回滚 /m);
    const json = await cli(['report', id, '--format', 'json']);
    expect(report.parse(JSON.parse(json.stdout))).toMatchObject({
      outcome: 'rolled-back',
      messages: [{ kind: 'approve', counted: true }],
    });
  });

  it('exits 1 where a finding refuses it, and shows the finding with its remedy', async () => {
    const finding = {
      id: 'python.syntax' as const,
      severity: 'block' as const,
      host: 'web1',
      message: 'tools_new.py does not compile',
      evidence: 'line 7\n\u001b[31m  "id": 9993\u001b[0m',
      remedy: 'mend tools_new.py',
    };
    const overrides = { plan: () => Promise.resolve(plan({ findings: [finding] })) };
    const ran = await temporal.serving(overrides, () => deploy('--yes'));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      '✗ python.syntax  tools_new.py does not compile\n      line 7\n      \\u001b[31m  "id": 9993\\u001b[0m\n    → mend tools_new.py',
    );
    expect(ran.stdout).toMatch(/^✗ refused after/m);
    expect(ran.stdout).toMatch(/^ {2}cause +tools_new\.py does not compile$/m);
    expect(ran.stderr).not.toMatch(controls);
  });

  it('tells a pipeline: annotations at the source’s lines, a summary, JUnit XML; wait says it again', async () => {
    const finding = {
      id: 'python.syntax' as const,
      severity: 'block' as const,
      host: 'web1',
      message: 'a file does not compile',
      evidence: 'app.py:1:7: 100% wrong, they say\nsomewhere else',
      remedy: 'mend it',
    };
    const summary = join(folder, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: folder };
    const overrides = { plan: () => Promise.resolve(plan({ findings: [finding] })) };
    await temporal.serving(overrides, async () => {
      const ran = await cli(['deploy', '--yes', '--json', '--junit', 'belay.xml'], { cwd: folder, env });
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'refused' });
      expect(ran.stderr).toContain(
        '::error title=python.syntax,file=src/app.py,line=1,col=7::100%25 wrong, they say%0Amend it\n',
      );
      expect(ran.stderr).toContain('::error title=belay%3A refused::a file does not compile\n');
      expect(await readFile(summary, 'utf8')).toMatch(/^# Deployment of words on web1: refused$/m);
      const xml = await readFile(join(folder, 'belay.xml'), 'utf8');
      expect(xml).toMatch(/<testcase classname="belay\.step" name="inspect" time="[\d.]+"><\/testcase>/);
      expect(xml).toMatch(
        /<testcase classname="belay\.finding" name="python\.syntax".*<failure message="a file does not compile">/,
      );
      expect(await cli(['wait', id])).toMatchObject({ code: 1, stderr: '' });
      const nowhere = await cli(['wait', id, '--junit', join(folder, 'no', 'belay.xml')]);
      expect(nowhere.code).toBe(64);
      expect(nowhere.stderr).toMatch(/^error: --junit: .* cannot be written: ENOENT/);
    });
  });

  it('waits no longer than it was told', async () => {
    await temporal.serving({}, async () => {
      await deploy('--yes', '--detach');
      expect(await cli(['wait', id, '--timeout', '0.5s'])).toMatchObject({ code: 8, stderr: '' });
    });
    const wrong = await cli(['wait', id, '--timeout', 'soon']);
    expect(wrong.code).toBe(64);
    expect(wrong.stderr).toContain('Expected a time such as 90s');
  });

  it('plans: the plan and what it comes to on stdout, as text, Markdown or JSON', async () => {
    await temporal.serving({}, async () => {
      const text = await cli(['plan'], { cwd: folder });
      expect(text).toMatchObject({ code: 0 });
      expect(text.stdout).toMatch(new RegExp(`^Plan ${short}`));
      expect(text.stdout).toMatch(/^✓ planned in .+: nothing stands in the way$/m);
      expect(text.stderr).not.toContain('Plan ');
      const markdown = await cli(['plan', '--markdown'], { cwd: folder });
      expect(markdown.stdout).toMatch(/^### Plan/);
      const json = await cli(['plan', '--json'], { cwd: folder });
      expect(planOutput.parse(JSON.parse(json.stdout))).toMatchObject({
        outcome: 'succeeded',
        plan: { digest: plan().digest },
      });
    });
  });

  it('rehearses in a plan where that is asked for, and exits 1 where the release does not pass', async () => {
    const echo = { plan: ({ findings }: PlanInput) => Promise.resolve(plan({ findings })) };
    const good = {
      ...echo,
      rehearse: () => Promise.resolve({ evidence: ['rehearsed: GET / → 200 in 3 ms'] }),
    };
    const passed = await temporal.serving(good, () => cli(['plan', '--rehearse'], { cwd: folder }));
    expect(passed.code).toBe(0);
    expect(passed.stdout).toMatch(
      / i app\.rehearsal {2}Release .+ came up and answered\.\n +rehearsed: GET \/ → 200/,
    );
    const bad = { ...echo, rehearse: fails('rehearsal on web1: GET / answered 500.', 'VerificationFailed') };
    const failed = await temporal.serving(bad, () => cli(['plan', '--rehearse'], { cwd: folder }));
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('✗ app.rehearsal  rehearsal on web1: GET / answered 500.');
    expect(failed.stdout).toMatch(/^✗ planned in .+: a deployment would be refused$/m);
  });

  it('lists deployments, the newest first', async () => {
    await temporal.serving({}, () => deploy('--yes'));
    await until(
      async () =>
        (list.parse(JSON.parse((await cli(['list', '--json'])).stdout))[0]?.outcome ?? '') === 'succeeded',
    );
    const ran = await cli(['list']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^what +outcome +started +took +release +host +id\n/);
    expect(ran.stdout.split('\n')[1]).toMatch(
      /^\S+ +succeeded +\d{4}-\d\d-\d\d \d\d:\d\d +\S+ s +\d{8}T\d{6}Z-\w{8} +web1 +words\/production\/web1@[0-9a-f-]{36}$/,
    );
  });

  it('goes back by rollback, under the same lock', async () => {
    const inspect = () =>
      Promise.resolve({
        facts: {
          app: {
            active: 'b',
            releases: [{ release: 'a', outcome: 'previous', when: '2026-11-24T10:00:00Z' }],
          },
        } as never,
        baseline: [],
      });
    const ran = await temporal.serving({ inspect }, () => cli(['rollback'], { cwd: folder }));
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/^✓ succeeded/m);
    const unknown = await temporal.serving({ inspect }, () =>
      cli(['rollback', '--to', 'zz'], { cwd: folder }),
    );
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain('no release zz; on web1 there are: a');
  });

  it('asks in a terminal, deploys on yes, and redraws only there', async () => {
    const ran = await temporal.serving({}, () =>
      cli(['deploy'], { cwd: folder, terminal: { columns: 60, rows: 20 }, answers: ['what?', 'yes'] }),
    );
    expect(ran.code).toBe(0);
    expect(ran.stderr.split(`Deploy plan ${short}?`)).toHaveLength(3);
    expect(ran.stderr).toContain('\u001b[J');
    expect(ran.stdout).toMatch(/succeeded/);
  });

  it('aborts on no, and leaves the plan waiting on later', async () => {
    const terminal = { columns: 80, rows: 24 };
    const no = await temporal.serving({}, () => cli(['deploy'], { cwd: folder, terminal, answers: ['no'] }));
    expect(no.code).toBe(2);
    await temporal.serving({}, async () => {
      const later = await cli(['deploy'], { cwd: folder, terminal, answers: ['later'] });
      expect(later.code).toBe(8);
      expect(later.stderr).toContain(`belay abort ${id} --reason`);
      await cli(['abort', id]);
      await until(async () => (await status()).code === 2);
    });
  });

  it('stops asking where somebody else has approved', async () => {
    await temporal.serving({}, async () => {
      const asking = cli(['deploy'], { cwd: folder, terminal: { columns: 80, rows: 24 } });
      await until(
        async () => (await status()).code === 8 && (await statusJson()).state === 'awaiting-approval',
      );
      await cli(['approve', id, '--plan', short]);
      expect(await asking).toMatchObject({ code: 0 });
    });
  });

  it('leaves on Ctrl-C while the deployment goes on', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const overrides = { start: () => held.then(() => ({ pid: 8 })) };
    await temporal.serving(overrides, async () => {
      let interrupt: () => void = () => undefined;
      const ran: Ran = await cli(['deploy', '--yes'], {
        cwd: folder,
        onStart: (press) => (interrupt = press),
        onStderr: (text) => {
          if (text.includes('… start begins')) interrupt();
        },
      });
      expect(ran.code).toBe(8);
      expect(ran.stderr).toContain(`watch  belay watch ${id}`);
      expect(ran.stdout).toMatch(/deploy of words on web1 is running, for/);
      release();
      expect(await cli(['watch', id])).toMatchObject({ code: 0 });
    });
  });

  it('waits for an operator where the way back is stuck: status says so, retry-rollback and give-up answer', async () => {
    const overrides = {
      verify: fails('it answered 500', 'VerificationFailed'),
      restoreFiles: fails('another deployment took over', 'RemoteCommandFailed'),
    };
    await temporal.serving(overrides, async () => {
      await deploy('--yes', '--detach');
      await until(async () => (await statusJson()).state === 'awaiting-approval');
      await cli(['approve', id, '--plan', short]);
      await until(async () => (await statusJson()).state === 'awaiting-operator');
      const stuck = await cli(['status', id]);
      expect(stuck.code).toBe(4);
      // Where nobody sits, nothing waits for a person.
      expect(await cli(['wait', id])).toMatchObject({ code: 4, stderr: '' });
      expect(stuck.stdout).toContain('waits for an operator: the rollback is incomplete');
      expect(stuck.stdout).toContain(`belay retry-rollback ${id}`);
      const busy = await deploy('--yes');
      expect(busy.stderr).toContain(
        `awaiting operator\n  retry    belay retry-rollback ${id}\n  give up  belay give-up ${id}`,
      );
      expect(await cli(['retry-rollback', id])).toMatchObject({ code: 0 });
      await until(async () => (await statusJson()).state === 'awaiting-operator');
      expect(await cli(['give-up', id])).toMatchObject({ code: 0 });
      const end = await cli(['watch', id]);
      expect(end.code).toBe(4);
      expect(end.stdout).toMatch(/remains +restore files: another deployment took over/);
    });
  });

  it('says that a terminated deployment was not rolled back', async () => {
    const { workflow } = temporal.environment.client;
    const ran = await temporal.serving({ start: untilCancelled }, async () => {
      const following = deploy('--yes', '--json');
      await until(
        async () => (await status()).code === 8 && (await statusJson()).steps.at(-1)?.name === 'start',
      );
      await workflow.getHandle(`belay/${id}`).terminate('tidying up');
      return following;
    });
    expect(ran.code).toBe(4);
    expect(outcome.parse(JSON.parse(ran.stdout))).toMatchObject({ outcome: null, state: 'closed' });
    expect((await cli(['status', id])).stdout).toMatch(
      /cause +terminated in Temporal by .+: tidying up; nothing was rolled back\n {2}remains +quiesce conflicts was not undone/,
    );
  });

  it('names what may be meant where ID is left out', async () => {
    const none = await cli(['watch']);
    expect(none).toMatchObject({ code: 64 });
    expect(none.stderr).toContain('no deployment is running');
    const unknown = await cli(['status', 'words/production/web9']);
    expect(unknown).toMatchObject({ code: 64 });
    expect(unknown.stderr).toContain('there is no deployment belay/words/production/web9');
    expect(await cli(['status', 'words'])).toMatchObject({ code: 64 });
    const odd = await cli(['status', `${id}@7`]);
    expect(odd).toMatchObject({ code: 1, stderr: 'error: Temporal answered: Invalid RunId.\n' });
  });
});
