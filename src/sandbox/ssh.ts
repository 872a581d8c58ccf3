import { connect } from 'node:net';
import { execa } from 'execa';
import { sshConfigFile } from './keys.js';

export interface Execution {
  /** Exit status; 255 where ssh itself failed. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line on a server as root, by ssh. @param timeoutMs after which ssh is ended; its code is then 255 */
export async function execOn(
  name: string,
  command: string,
  { input = '', timeoutMs = 120_000 }: { input?: string; timeoutMs?: number } = {},
): Promise<Execution> {
  const args = [...sshArguments(name), '-o', 'BatchMode=yes', '--', command];
  const run = await execa('ssh', args, {
    input,
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: false,
  });
  return { code: run.exitCode ?? 255, stdout: run.stdout, stderr: run.stderr };
}

/** Arguments of ssh that lead to a server. */
export function sshArguments(name: string): string[] {
  return ['-F', sshConfigFile(), name];
}

/** true as soon as an SSH server greets at this address; undefined where none does within a second. */
export function greets(address: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const end = (answer?: true) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end());
    socket.on('error', () => end());
    socket.on('close', () => end());
    socket.once('data', (data) => end(data.toString().startsWith('SSH-') || undefined));
  });
}
