import { CommanderError } from 'commander';
import { ConfigError } from '../config/error.js';
import { exitCodes, exitUnknown, exitUsage } from '../domain/runbook/outcome.js';
import { shortage } from '../temporal/machine.js';
import type { Io } from './terminal/io.js';
import { languageOf } from './terminal/language.js';
import { program } from './grammar/program.js';

/** EX_SOFTWARE of sysexits.h: a defect of belay's own. */
const exitDefect = 70;

/**
 * Runs one command line.
 * @param args without node and script
 * @returns the exit code: the only place where errors become one
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  try {
    await program(io, async (work) => {
      // Before anything is begun.
      languageOf(io.env);
      code = await work(io);
    }).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, io);
  }
}

function tell(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    // Commander has said it already; asked for, help and version are no errors.
    return error.exitCode === 0 ? 0 : exitUsage;
  }
  const { red } = io.colors.stderr;
  const code = codeOf(error);
  const message = messageOf(error);
  if (code === null) {
    io.stderr(
      `${red('error:')} unexpected: ${message}\nThis is a defect of belay. Please report it with what ` +
        '`belay doctor --json` prints and what BELAY_DEBUG=1 shows.\n',
    );
  } else {
    io.stderr(`${red('error:')} ${message}\n`);
  }
  // Whatever failed, it may be for want of this.
  const short = shortage();
  if (short !== '' && !message.includes(short)) io.stderr(`${red('error:')} ${short}\n`);
  if (io.env['BELAY_DEBUG']) io.stderr(`${stackOf(error)}\n`);
  return code ?? exitDefect;
}

/** null: an error that nobody meant for the user. */
function codeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof ConfigError) return exitUsage;
  const { exitCode } = error as { exitCode?: unknown };
  if (typeof exitCode === 'number') return exitCode;
  const answer = answerOf(error);
  if (answer !== undefined) return saysNo.has(answer.code) ? exitCodes.failed : exitUnknown;
  return meantForUsers.has(error.name) || isExhausted(error) ? exitCodes.failed : null;
}

/** Whether the system had no more of something: disk, quota, memory, open files. */
function isExhausted(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return exhaustion.has(String((error as NodeJS.ErrnoException).code)) || isExhausted(error.cause);
}

const exhaustion = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'ENOMEM', 'EMFILE', 'ENFILE']);

/** Errors of the parts below, known by name: loading their classes would load the parts. */
const meantForUsers = new Set(['PackError', 'StoreError', 'HostError', 'ServiceError']);

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const answer = answerOf(error);
  return answer === undefined ? error.message : `Temporal answered: ${answer.details}`;
}

/** What Temporal answered, or that it did not: an error of gRPC, which the client may have wrapped. */
function answerOf(error: Error): { code: number; details: string } | undefined {
  for (const each of [error, error.cause]) {
    if (!(each instanceof Error && 'details' in each)) continue;
    const { code, details } = each as { code?: unknown; details: unknown };
    if (typeof code === 'number') return { code, details: String(details) };
  }
  return undefined;
}

/**
 * Status codes of gRPC that are the server's last word: asked again, it says the same. Invalid argument, not found, already
 * there, permission denied, failed precondition, not implemented, not authenticated.
 * https://grpc.io/docs/guides/status-codes/
 */
const saysNo = new Set([3, 5, 6, 7, 9, 12, 16]);

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
