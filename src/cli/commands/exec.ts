import { Readable } from 'node:stream';
import { fields } from '../../host/fields.js';
import { SshHosts } from '../../host/ssh/hosts.js';
import { chooseApp, type AppOptions } from '../input/app.js';
import type { Io } from '../terminal/io.js';
import { nothingServes, nothingServesExit } from '../input/nothing-serves.js';

export interface ExecOptions extends AppOptions {
  /** Seconds. */
  timeout: number;
}

/** As a shell says that a program was ended by SIGINT. */
const interrupted = 130;

/**
 * `belay exec`: runs a command in the release that serves, as its user, with its environment, over this person's own SSH.
 * Its output is passed on as it comes, byte for byte, secrets and escape sequences included; nothing of it is kept.
 * @returns the command's own exit status
 */
export async function exec(command: readonly string[], options: ExecOptions, io: Io): Promise<number> {
  const { app, reach } = await chooseApp(options, io);
  const hosts = new SshHosts();
  const leave = new AbortController();
  const release = io.onInterrupt(() => leave.abort());
  try {
    const session = await hosts.session(reach);
    const { code } = await session.run(
      'exec',
      [fields({ path: app.path, envFile: app.envFile }), ...command],
      {
        // Its end tells the host that nobody waits.
        input: new Readable({ read: () => undefined }),
        timeoutMs: options.timeout * 1000,
        signal: leave.signal,
        onStdout: (chunk) => io.raw.stdout(chunk),
        onStderr: (chunk) => io.raw.stderr(chunk),
      },
    );
    if (code === nothingServesExit) throw nothingServes(session.alias, app.path);
    return code;
  } catch (error) {
    if (leave.signal.aborted) return interrupted;
    throw error;
  } finally {
    release();
    await hosts.close();
  }
}
