import { failureTypes } from '../../domain/runbook/failure.js';
import { fields } from '../fields.js';
import { HostError, type HostSession, type RunOptions } from '../types.js';

/** A change as the host's journal has it. */
export interface JournalOp {
  /** The number under which the deployment held the host then. */
  number: number;
  /** The step. */
  name: string;
  /** Its exit status; null while it runs, or where it died. */
  exit: number | null;
  /** How many lines it wrote. */
  total: number;
  /** The last 1,000 of them, of 1,000 bytes each. */
  lines: string[];
}

/** Where the journal is on the host, and what it has of a deployment; null where it has nothing of it. */
export interface Journal {
  folder: string;
  ops: JournalOp[] | null;
}

/** Exit status of journal.sh. */
const noSuchDeployment = 66;

/**
 * What a deployment's steps wrote on the host, the oldest first.
 * @param deployment `<workflow id>@<run id>`; empty for the latest
 * @throws HostError what `session.run` throws; CommandFailed where the journal makes no sense
 */
export async function readJournal(
  session: HostSession,
  path: string,
  deployment: string,
  options: Pick<RunOptions, 'timeoutMs' | 'signal'>,
): Promise<Journal> {
  const { code, stdout, stderr } = await session.run('journal', [fields({ path, deployment })], options);
  const folder = /^folder (.+)$/m.exec(stdout)?.[1] ?? '';
  if (code === noSuchDeployment) return { folder, ops: null };
  const ops: JournalOp[] = [];
  for (const line of stdout.split('\n').slice(1, -1)) {
    const [, number, name, exit, total] = /^op (\d+) (\S+) (-|\d+) (\d+)$/.exec(line) ?? [];
    if (name !== undefined)
      ops.push({
        number: Number(number),
        name,
        exit: exit === '-' ? null : Number(exit),
        total: Number(total),
        lines: [],
      });
    else if (line.startsWith('| ')) ops.at(-1)?.lines.push(line.slice(2));
    else throw unreadable(session, path, line);
  }
  if (code !== 0) throw unreadable(session, path, stderr.trim());
  return { folder, ops };
}

function unreadable({ destination }: HostSession, path: string, came: string): HostError {
  return new HostError(
    failureTypes.commandFailed,
    `${destination}: expected the journal of ${path}, came ${JSON.stringify(came.slice(0, 200))}`,
  );
}
