import { chmod, copyFile, link, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { embedded } from '../../src/temporal/server/embedded.js';
import { temporalCli } from '../temporal-cli.js';

/** `nobody`: a user of this machine who has nothing to do with belay. */
const uid = 65_534;

/** Another user of this machine, who can reach the embedded Temporal as every process here can, with Temporal's own CLI. */
export class Stranger {
  private constructor(
    /** His own folder. */
    readonly folder: string,
    private readonly cli: string,
  ) {}

  static async arrives(): Promise<Stranger> {
    // Not below the test's own folder, into which he cannot look.
    const folder = await mkdtemp('/var/tmp/belay-stranger-');
    await execa('chown', [`${uid}:${uid}`, folder]);
    await chmod(folder, 0o755);
    const [from, cli] = [await temporalCli(), join(folder, 'temporal')];
    await link(from, cli).catch(() => copyFile(from, cli));
    return new Stranger(folder, cli);
  }

  leaves(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Runs a shell's script as himself. */
  async does(script: string): Promise<void> {
    await execa('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'sh', '-ec', script], {
      cwd: this.folder,
      extendEnv: false,
      env: { PATH: process.env['PATH'], HOME: this.folder },
    });
  }

  async starts(type: string, workflowId: string, input: object): Promise<void> {
    await this.temporal(
      'workflow',
      'start',
      '--type',
      type,
      '--task-queue',
      'belay',
      '--input',
      JSON.stringify(input),
      '--workflow-id',
      workflowId,
    );
  }

  async signals(workflowId: string, name: string, input?: unknown): Promise<void> {
    const payload = input === undefined ? [] : ['--input', JSON.stringify(input)];
    await this.temporal('workflow', 'signal', '--workflow-id', workflowId, '--name', name, ...payload);
  }

  private async temporal(...args: string[]): Promise<void> {
    const all = [...args, '--address', embedded()?.address ?? 'no Temporal'];
    await execa('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', this.cli, ...all], {
      cwd: this.folder,
      extendEnv: false,
      env: { HOME: this.folder },
    });
  }
}
