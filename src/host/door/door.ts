import { failureTypes } from '../../domain/runbook/failure.js';
import { resumeHost } from './fence.js';
import { describeOwner, parseOwner } from './owner.js';
import { fields } from '../fields.js';
import { loadScript } from '../scripts.js';
import { HostError, type HostSession } from '../types.js';
import { counted } from './counted.js';

/** One change to a host. */
export interface Change {
  /** The app's path. */
  path: string;
  /** The number that the deployment drew. */
  number: number;
  deployment: string;
  /** Names the change in the journal: letters, digits, `.`, `_` and `-`. */
  op: string;
  /** src/host/scripts/<script>.sh */
  script: string;
  args: readonly string[];
  /** The script's stdin. */
  input?: string;
  /** Whether an op that ended in failure is run again. `failed` marks an undo: a full disk does not keep it from running. */
  rerun: 'never' | 'failed';
  /** For waiting until no other change runs, and then again for the op itself, which is ended when it is over (exit 124). */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Changed {
  exit: number;
  /** stdout and stderr, redacted on the host; the last 16 kB. */
  output: string;
  /** `found`: it had ended before. `followed`: it was running already. `repeated`: an earlier attempt had not ended well. */
  how: 'ran' | 'found' | 'followed' | 'repeated';
}

// TERM to KILL, and the way there and back.
const graceMs = 20_000;
// ASCII's record separator: in no script.
const separator = '\x1e';

/**
 * Makes a change: runs a script on the host through the journal, detached from the connection, under the host's lock, and
 * only while the deployment's number is the host's. An exit status other than 0 is returned, not thrown.
 *
 * @param following changes that the host begins by itself, one after the other, as soon as the one before has ended well. Whoever makes one
 * of them finds it, or follows it.
 *
 * @throws HostError Fenced, HostBusy (waited for another change in vain), ConnectionLost (call again: the journal knows),
 *   RightsMissing (the journal cannot be written), and what `session.run` throws.
 */
export async function change(
  session: HostSession,
  change: Change,
  following: readonly Change[] = [],
): Promise<Changed> {
  let answer = await ask(session, change, following);
  // Nobody ever drew a number here: an earlier belay kept it elsewhere.
  if ('verdict' in answer && isUnheld(answer) && (await resumeHost(session, change)))
    answer = await ask(session, change, following);
  if ('verdict' in answer) throw refusal(session, change, answer);
  return answer;
}

function isUnheld({ verdict, output }: Refused): boolean {
  return verdict === 'fenced' && parseOwner(output).number === 0;
}

async function ask(
  session: HostSession,
  change: Change,
  following: readonly Change[],
): Promise<Changed | Refused> {
  const { limit, asked, input } = await knock(change);
  const options = { timeoutMs: 2 * limit * 1000 + graceMs, signal: change.signal };
  const completed =
    following.length === 0
      ? await session.run('door', [asked, ...change.args], { ...options, input })
      : await session.run('moment', [fields({ path: change.path, number: change.number })], {
          ...options,
          input: await momentOf([change, ...following]),
        });
  const [, verdict = '', how = '', output = ''] = /^(\S+) (\S+)\n([^]*)$/.exec(completed.stdout) ?? [];
  if (/^\d+$/.test(verdict)) {
    // The cut to 16 kB may have split a character.
    return { exit: Number(verdict), output: output.replace(/^\uFFFD+/, ''), how: how as Changed['how'] };
  }
  const [, folder = '', told = ''] = /^([^\n]*)\n?([^]*)$/.exec(output) ?? [];
  return { verdict, folder, output: told, stderr: completed.stderr.trim() };
}

/** What moment.sh reads. */
async function momentOf(changes: readonly Change[]): Promise<string> {
  const texts = changes.map(async (change, index) => {
    const { asked, input } = await knock(change, changes[index - 1]?.op);
    return `${counted(asked)}${change.args.length}\n${change.args.map(counted).join('')}${counted(input)}`;
  });
  return counted(await loadScript('door')) + (await Promise.all(texts)).join('');
}

/** What the door is told of a change. @param after the op that has to end well before */
async function knock(
  change: Change,
  after?: string,
): Promise<{ limit: number; asked: string; input: string }> {
  const { path, number, deployment, op, rerun } = change;
  if (!/^[A-Za-z0-9._-]+$/.test(op) || !Number.isInteger(number)) {
    throw new TypeError(
      `a change needs an op of letters, digits, . _ and -, and a whole number; came ${op}, ${number}`,
    );
  }
  const [script, runner] = await Promise.all([loadScript(change.script), loadScript('runner')]);
  const limit = Math.max(1, Math.ceil(change.timeoutMs / 1000));
  return {
    limit,
    asked: fields({ path, number, deployment, op, rerun, limit, separator, after }),
    input: counted(change.input ?? '') + counted([script, runner, 'whole'].join(separator)),
  };
}

/** What the door said in place of an exit status. */
interface Refused {
  verdict: string;
  /** Where belay keeps its own for the path, on the host. */
  folder: string;
  /** The owner, or the reason. */
  output: string;
  stderr: string;
}

function refusal(
  session: HostSession,
  change: Change,
  { verdict, folder, output, stderr }: Refused,
): HostError {
  const what = `${change.op} on ${session.destination}`;
  const details = [output.trim(), stderr].filter((text) => text !== '').join(': ');
  switch (verdict) {
    case 'fenced':
      return new HostError(
        failureTypes.fenced,
        `${what} was refused: number ${change.number} of this deployment no longer holds the host; ` +
          `number ${parseOwner(output).number} was drawn by ${describeOwner(parseOwner(output))}. Nothing was changed; look at that deployment first.` +
          (parseOwner(output).number === 0
            ? ` Or ${change.path} leads elsewhere by now, because a folder above it was renamed.`
            : ''),
      );
    case 'newer':
      return new HostError(failureTypes.configuration, `${what} was refused: ${details}.`);
    case 'busy':
      return new HostError(
        failureTypes.hostBusy,
        `${what} waited ${change.timeoutMs / 1000} s for another change of ${describeOwner(parseOwner(output))}, which still runs. ` +
          `It is tried again; a change that hangs shows under ${folder}/journal.`,
      );
    case 'unwritable':
      return new HostError(
        failureTypes.rights,
        `${what} was not begun: its journal cannot be written (${details}). Free some space, or give the rights, and deploy again.`,
      );
    case 'damaged':
      return new HostError(
        failureTypes.configuration,
        `${what} was refused: ${details}. ` +
          `Nothing was changed. Look at who put that there; where nobody deploys now, move it away: mv ${folder} ${folder}.damaged`,
      );
    default:
      return new HostError(
        failureTypes.connectionLost,
        `${what} has an unknown outcome: expected its exit status, came ${JSON.stringify(details.slice(-500))}. ` +
          `The next attempt reads the host's journal first.`,
      );
  }
}
