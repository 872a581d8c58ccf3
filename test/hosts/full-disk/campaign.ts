import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentOf } from '../../../src/sandbox/environment.js';
import type { SandboxServer } from '../../../src/sandbox/index.js';
import { isAlive } from '../../../src/temporal/process-id.js';
import { readRecord } from '../../../src/temporal/state.js';
import type { WorkerProcess } from '../../../src/temporal/worker/process.js';
import { makeProject, yml, type Project } from '../bad-input/project.js';
import { createSite, running, visit } from '../bad-input/site.js';
import { describeOnServers, ownState } from '../../on-servers.js';

const fullMs = 5_000;

/**
 * Deploys with belay's own state on a disk of 60 MB, which is full for 5 s from the moment on that a step begins: once for
 * each of `steps`.
 */
export function describeFullDisk(name: string, steps: readonly string[]): void {
  describeOnServers(name, () => {
    const state = ownState();
    let server: SandboxServer;
    let project: Project;
    let small: string;

    beforeAll(async () => {
      small = join(state(), 'small');
      await mkdir(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m,mode=0700', 'tmpfs', small]);
      server = await createSite();
      project = await makeProject(yml({ approval: 'automatic', soak: '1s' }));
      const up = await call('up');
      expect(up.exitCode, up.stderr).toBe(0);
      // So that each later deployment has a release of belay's before it.
      expect((await call('deploy', '--config', project.config)).exitCode).toBe(0);
    });
    afterAll(async () => {
      await call('down', '--now');
      execFileSync('umount', [small]);
      await project.remove();
    });

    const call = (...args: string[]) =>
      execa(process.execPath, ['dist/cli/main.js', ...args], {
        env: { ...environmentOf(server), BELAY_STATE_DIR: small, NO_COLOR: '1' },
        reject: false,
        timeout: 170_000,
      });

    test.each(steps)(
      'full while %s runs: the worker lives, the disk is named, and the deployment ends truthfully',
      async (step) => {
        const worker = readRecord(join(small, 'worker.json')) as WorkerProcess;
        const version = `${step} ${Date.now()}`;
        await writeFile(join(project.source, 'version.txt'), `${version}\n`);
        const deploying = call('deploy', '--output', 'jsonl', '--config', project.config);
        let began = false;
        const seen = (async () => {
          for await (const line of createInterface({ input: deploying.stdout })) {
            if (began || !line.includes(`"${step}"`)) continue;
            began = true;
            fill(small);
            await sleep(fullMs);
            const [doctor, status] = [await call('doctor'), await call('status', '--config', project.config)];
            await rm(join(small, 'filling'));
            expect(doctor.exitCode, doctor.stdout).toBe(1);
            expect(doctor.stdout).toMatch(/^missing +\d+\S* k?B are free for the state folder /m);
            // How it stands, or that it cannot be said, and why; never that a deployment that runs has failed.
            expect([0, 3, 8, 75], status.stdout + status.stderr).toContain(status.exitCode);
          }
        })();
        const [{ exitCode, stderr }] = await Promise.all([deploying, seen]);
        const stdout = await call('status', '--config', project.config);
        expect(began, `${step} was never seen`).toBe(true);
        expect(isAlive(worker), 'the worker ended').toBe(true);
        expect((await readdir(join(small, 'workers'))).filter((file) => !file.endsWith('.json'))).toEqual([]);
        expect([0, 3], `exit ${exitCode}: ${stderr}\n${stdout.stdout}`).toContain(exitCode);
        const served = await visit(server, running);
        if (exitCode === 0) expect(served).toContain(version);
        else expect(served).toMatch(/^200 version /);
      },
    );

    test('down names what is in the middle of a change, ends nothing, and can wait for it', async () => {
      await writeFile(join(project.config), yml({ approval: 'automatic', soak: '15s' }));
      await writeFile(join(project.source, 'version.txt'), `down ${Date.now()}\n`);
      const deploying = call('deploy', '--output', 'jsonl', '--config', project.config);
      for await (const line of createInterface({ input: deploying.stdout }))
        if (line.includes('"soak"')) break;
      const refused = await call('down');
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain(
        'nothing was ended: deploy tiny/production/tiny1: soak, in the middle of a change',
      );
      expect(refused.stderr).toContain('belay down --wait');
      const waited = await call('down', '--wait');
      expect(waited.stderr).toContain('waiting for deploy tiny/production/tiny1: soak');
      expect(waited.exitCode, waited.stderr).toBe(0);
      expect(await visit(server, running)).toMatch(/^200 version down/);
    });
  });
}

/** Writes until nothing more can be. */
function fill(folder: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${join(folder, 'filling')}`, 'bs=64k'], { stdio: 'ignore' });
  } catch {
    // It ends with No space left on device.
  }
}
