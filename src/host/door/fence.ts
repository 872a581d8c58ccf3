import type { Footing } from '../../domain/facts/footing.js';
import type { Claimed } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { describeOwner, parseOwner, type Owner } from './owner.js';
import { fields, type Fields } from '../fields.js';
import { loadScript } from '../scripts.js';
import { HostError, type HostSession } from '../types.js';

// How long a way back waits for a step that still runs, before it ends it.
const graceSeconds = 10;
// Beyond the host's own waiting: for the folder's lock, the grace, TERM to KILL of what runs.
const timeoutMs = 60_000;

/** Whom a number is drawn for. */
export interface Draw {
  /** The app's path. */
  path: string;
  deployment: string;
  /** `user@machine`. */
  by: string;
  /** The number that the plan saw: another one means that somebody deployed since. */
  expected?: number;
  /**
   * First of a way back: only in this deployment's own line, and when it returns nothing that a lower number began is
   * running any more.
   */
  takeBack?: boolean;
  /** Seconds to wait for a step that still runs, where `takeBack` is set; 10. */
  grace?: number;
}

/**
 * Draws the next number from a host. From then on a change with a lower one is refused. A draw that is repeated because its
 * answer was lost returns the same number; with `takeBack`, a higher one.
 *
 * @throws HostError Fenced, HostBusy (another deployment acts), RightsMissing, and what `session.run` throws.
 */
export async function drawNumber(session: HostSession, draw: Draw): Promise<number> {
  return (await drawn(session, draw)).number;
}

/**
 * As `drawNumber` with `takeBack`; tells too where the host has taken the way back by itself.
 *
 * @throws as `drawNumber`
 */
export async function takeHostBack(
  session: HostSession,
  draw: Omit<Draw, 'takeBack' | 'expected'>,
): Promise<Pick<Owner, 'number' | 'recovered'>> {
  const { number, recovered } = await drawn(session, { ...draw, takeBack: true });
  return recovered === undefined ? { number } : { number, recovered };
}

async function drawn(session: HostSession, draw: Draw): Promise<Owner> {
  return judged(session, draw, await ask(session, draw));
}

function ask(session: HostSession, draw: Draw, proof?: string): Promise<Told> {
  const asked = {
    path: draw.path,
    deployment: oneLine(draw.deployment),
    by: oneLine(draw.by),
    number: draw.expected,
    grace: draw.grace ?? graceSeconds,
  };
  return fence(session, draw.takeBack === true ? 'takeback' : 'draw', asked, proof);
}

function judged(session: HostSession, draw: Draw, { verdict, number, owner, text }: Told): Owner {
  const where = `${session.destination}, ${draw.path}`;
  switch (verdict) {
    case 'drawn':
      return { ...owner, number };
    case 'moved':
      throw new HostError(
        failureTypes.fenced,
        `Somebody deployed to ${where} since the plan: ${describeOwner(owner)} (number ${owner.number}, the plan saw ` +
          `${draw.expected ?? 0}). Nothing was changed; make a new plan.`,
      );
    case 'fenced':
      throw new HostError(
        failureTypes.fenced,
        `The way back on ${where} stops: the host was taken over by ${describeOwner(owner)}. ` +
          `Acting now would harm that deployment; look at what it did first.`,
      );
    case 'busy':
      throw new HostError(
        failureTypes.hostBusy,
        `${where} is held by ${describeOwner(owner)}, last active ${new Date(owner.renewed * 1000).toISOString()}. ` +
          `It is tried again; wait for that deployment, or abort it.`,
      );
    default:
      throw unclaimed(where, verdict, text);
  }
}

/**
 * As `drawNumber`, where nothing of the footing has changed since the host was inspected: the host proves that and draws in one round
 * trip. What has changed is returned, and nothing drawn then.
 *
 * @throws as `drawNumber`
 */
export async function drawUnchanged(
  session: HostSession,
  draw: Omit<Draw, 'takeBack'>,
  footing: Footing,
): Promise<Claimed> {
  const { parts, daemons, ...read } = footing;
  const proof = fields({
    path: draw.path,
    deployment: oneLine(draw.deployment),
    ...read,
    footing: parts,
    daemons: daemons.map(String),
  });
  const told = await ask(session, draw, proof);
  if (told.verdict === 'changed') return { changed: told.text };
  return { number: judged(session, draw, told).number };
}

/** Gives a host back after a deployment; does nothing where a higher number was drawn since. */
export async function freeHost(
  session: HostSession,
  { path, number }: { path: string; number: number },
): Promise<void> {
  const { verdict, text } = await fence(session, 'free', { path, number });
  if (verdict !== 'freed') throw unclaimed(`${session.destination}, ${path}`, verdict, text);
}

/**
 * Goes on with a deployment that an earlier belay began: what that kept beside the path is taken over, under the same number.
 * @returns whether the host is held under that number now
 */
export async function resumeHost(
  session: HostSession,
  { path, number, deployment }: { path: string; number: number; deployment: string },
): Promise<boolean> {
  const asked = { path, deployment: oneLine(deployment), number, grace: graceSeconds };
  return (await fence(session, 'resume', asked)).verdict === 'resumed';
}

/** What the host answered. */
interface Told {
  verdict: string;
  number: number;
  owner: Owner;
  text: string;
}

/** @param proof what claim.sh is told that shall be so before a number is drawn */
async function fence(
  session: HostSession,
  verb: string,
  asked: Fields & { path: string },
  proof?: string,
): Promise<Told> {
  const completed =
    proof === undefined
      ? await session.run('fence', [verb, fields(asked)], { timeoutMs })
      : await session.run('claim', [proof, fields(asked)], { timeoutMs, input: await loadScript('fence') });
  const [, verdict = '', number = '', text = ''] = /^(\S+) (\d+)\n([^]*)$/.exec(completed.stdout) ?? [];
  if (verdict === '') throw unclaimed(`${session.destination}, ${asked.path}`, verdict, completed.stdout);
  return {
    verdict,
    number: Number(number),
    owner: parseOwner(text),
    text: [text.trim(), completed.stderr.trim()].filter((part) => part !== '').join(': '),
  };
}

function unclaimed(where: string, verdict: string, text: string): HostError {
  const claimed = `${where} could not be claimed: `;
  switch (verdict) {
    case 'newer':
      return new HostError(failureTypes.configuration, `${claimed}${text}. Nothing was changed.`);
    case 'damaged':
      return new HostError(
        failureTypes.configuration,
        `${claimed}${text}. Nothing was changed. Look at who put that there, and give it back to root or move it away.`,
      );
    case 'other-app': {
      const [, app = '', file = ''] = /^(.+) (\/\S+)$/.exec(text) ?? [];
      return new HostError(
        failureTypes.configuration,
        `${claimed}it is the path of the app ${app}. Nothing was changed. Give this app a path of its own; ` +
          `where ${app} is this app's former name, on the host: sudo rm ${file}`,
      );
    }
    default:
      return new HostError(
        failureTypes.rights,
        `${claimed}${text === '' ? 'the host said nothing' : text}. ` +
          `belay keeps who deploys in /var/lib/belay; give it the rights and some space there.`,
      );
  }
}

/** The owner file has a line a value. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
