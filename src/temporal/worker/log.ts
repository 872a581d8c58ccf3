import { writeSync } from 'node:fs';
import { format } from 'node:util';
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { visible } from '../../domain/text/plain.js';
import { redact } from '../../domain/secrets/text.js';

const stderr = 2;
let lost = 0;

/**
 * Writes a line to a worker's log, its standard error, without secrets and as text that can act on no terminal. One that cannot be written, as where the disk is full, is lost; the
 * next that can says how many were.
 */
export function log(line: string): void {
  const now = new Date().toISOString();
  const gap = lost === 0 ? '' : `${now} ${lost} lines before this one could not be written\n`;
  try {
    writeSync(stderr, `${gap}${now} ${visible(redact(line))}\n`);
    lost = 0;
  } catch {
    lost += 1;
  }
}

/**
 * Has everything that speaks in this process, Temporal's native part included, write by `log`: Node ends a process whose
 * standard error cannot be written. To be called before anything of Temporal's is used.
 */
export function useLog(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry) => log(textOf(entry))),
    telemetryOptions: { logging: { forward: {} } },
  });
}

function textOf({ level, message, meta }: LogEntry): string {
  return `[${level}] ${message}${meta === undefined ? '' : ` ${format(meta)}`}`;
}
