import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { unitName } from '../../domain/app/release.js';
import { redact, redactor } from '../../domain/secrets/text.js';
import { SshHosts } from '../../host/ssh/hosts.js';
import { readJournal, type JournalOp } from '../../host/door/journal.js';
import { fields } from '../../host/fields.js';
import type { HostSession } from '../../host/types.js';
import { chooseApp, type AppOptions, type Chosen } from '../input/app.js';
import type { Io } from '../terminal/io.js';
import { nothingServes, nothingServesExit } from '../input/nothing-serves.js';
import { UserError } from '../terminal/user-error.js';

export interface LogsOptions extends AppOptions {
  follow?: boolean;
  lines: number;
  /** Its ID, or true for the latest: what its steps wrote on the server, instead of the app's log. */
  deployment?: string | true;
}

const withinMs = 30_000;
/** A day: who follows for longer starts anew. */
const followMs = 24 * 60 * 60 * 1000;
const everyMs = 1000;

/**
 * `belay logs`: the log of the release that serves, or what a deployment's steps wrote on the server. Read over this
 * person's own SSH: a log's lines are nothing for a workflow's history.
 */
export async function logs(options: LogsOptions, io: Io): Promise<number> {
  const chosen = await chooseApp(options, io);
  const hosts = new SshHosts();
  const leave = new AbortController();
  const release = io.onInterrupt(() => leave.abort());
  try {
    const session = await hosts.session(chosen.reach);
    await (options.deployment === undefined ? appLog : journal)(session, chosen, options, io, leave.signal);
    return 0;
  } catch (error) {
    // Ctrl-C is how one ends a log that is followed.
    if (leave.signal.aborted) return 0;
    throw error;
  } finally {
    release();
    await hosts.close();
  }
}

async function appLog(
  session: HostSession,
  { app }: Chosen,
  { follow, lines }: LogsOptions,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const shown = redactor();
  const print = new Lines((line) => shown(line).forEach((one) => io.stdout(`${one}\n`)));
  const { code, stderr } = await session.run(
    'app-log',
    [fields({ path: app.path, unit: unitName(app), lines, ...(follow && { follow: 'on' }) })],
    {
      // Its end tells the host that nobody reads.
      ...(follow && { input: new Readable({ read: () => undefined }) }),
      timeoutMs: follow ? followMs : withinMs,
      signal,
      onStdout: (chunk) => print.add(chunk),
    },
  );
  print.end();
  if (code === nothingServesExit) throw nothingServes(session.alias, app.path);
  if (code !== 0) throw new UserError(`${session.alias}: the log cannot be read: ${stderr.trim()}`, 1);
}

async function journal(
  session: HostSession,
  { app }: Chosen,
  { follow, deployment }: LogsOptions,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const id = deployment === true ? '' : (deployment ?? '');
  const wanted = id === '' || id.startsWith('belay/') ? id : `belay/${id}`;
  const printed = new Map<string, JournalOp>();
  for (;;) {
    const { folder, ops } = await readJournal(session, app.path, wanted, { timeoutMs: withinMs, signal });
    if (ops === null) {
      throw new UserError(
        `${session.alias}: ${folder} knows ${wanted === '' ? 'no deployment' : wanted}; \`belay list\` shows those that Temporal knows`,
        1,
      );
    }
    for (const op of ops) {
      const key = `${op.number} ${op.name}`;
      printOp(op, printed.get(key), io);
      printed.set(key, op);
    }
    if (!follow || ops.at(-1)?.name === 'settle') return;
    await sleep(everyMs, undefined, { signal });
  }
}

/** What is new of it since it was looked at before. */
function printOp({ name, exit, total, lines }: JournalOp, before: JournalOp | undefined, io: Io): void {
  const { bold, red } = io.colors.stdout;
  if (before === undefined) io.stdout(`${bold(`== ${name}`)}\n`);
  const fresh = total - (before?.total ?? 0);
  if (fresh > 0) io.stdout(`${redact(lines.slice(-fresh).join('\n'))}\n`);
  if (exit !== null && exit !== 0 && exit !== before?.exit)
    io.stdout(`${red(`${name} ended with exit status ${exit}`)}\n`);
}

/** Whole lines out of chunks; one that grows beyond all measure is cut. */
class Lines {
  private held = '';

  constructor(private readonly print: (line: string) => void) {}

  add(chunk: string): void {
    const lines = `${this.held}${chunk}`.split('\n');
    this.held = (lines.pop() ?? '').slice(0, 100_000);
    lines.forEach(this.print);
  }

  end(): void {
    if (this.held !== '') this.print(this.held);
  }
}
