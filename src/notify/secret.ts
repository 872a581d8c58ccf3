import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SecretRef } from '../domain/app/channels.js';
import { NotifyError } from './error.js';

const longest = 8192;

/** Secrets that were read for one delivery, so that no error tells them. */
export class Secrets {
  private readonly known: string[] = [];

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  /**
   * The value of a secret, without the blanks around it.
   * @throws NotifyError that names the variable or file where there is none
   */
  async read(reference: SecretRef): Promise<string> {
    const value = ('env' in reference ? this.variable(reference.env) : await file(reference.file)).trim();
    if (value === '' || value.length > longest) {
      const where = 'env' in reference ? `the variable ${reference.env}` : reference.file;
      throw new NotifyError(`expected a secret of 1 to ${longest} characters in ${where}`, true);
    }
    this.known.push(value);
    return value;
  }

  /** The text with every secret that was read blanked out. */
  redact(text: string): string {
    return this.known.reduce((said, secret) => said.replaceAll(secret, '***'), text);
  }

  private variable(name: string): string {
    const value = this.environment[name];
    if (value !== undefined) return value;
    throw new NotifyError(
      `the worker has no environment variable ${name}: set it where the worker is started, then start it anew ` +
        '(belay down, belay up), or name a file instead',
      true,
    );
  }
}

/** `~/` is the home of the worker's user. */
async function file(path: string): Promise<string> {
  const absolute = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  try {
    return await readFile(absolute, 'utf8');
  } catch (cause) {
    throw new NotifyError(`${path} cannot be read on the worker: ${(cause as Error).message}`, true, {
      cause,
    });
  }
}
