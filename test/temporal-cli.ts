import { execa } from 'execa';

/** The Temporal CLI that tests run a real server with. */
export async function temporalCli(): Promise<string> {
  return (await execa('which', ['temporal'])).stdout;
}
