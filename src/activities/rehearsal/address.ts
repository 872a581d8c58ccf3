import type { RehearseInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Bind } from '../../domain/app/address.js';
import { entryName, spareName } from '../../domain/app/release.js';
import type { App } from '../../domain/app/app.js';
import type { Manager, ReleaseManager } from '../../host/keepers/manager.js';
import { HostError, type HostSession } from '../../host/types.js';
import { managerOfChange } from '../change/make-change.js';
import { cancelSignal } from '../runtime/context.js';

/**
 * `belay-words.rehearsal`: no app's and no environment's name has a dot, so no unit of theirs is called so. A plan may
 * rehearse while another plan or a deployment does, so its unit bears the release's name.
 */
export function rehearsalName(input: RehearseInput): string {
  const { app, release, number } = input;
  if (staysUp(input)) return spareName(app);
  return `${entryName(app)}.${number === undefined ? `rehearsal-${release}` : 'rehearsal'}`;
}

/** Whether what is booted beside the running version is what visitors are led to next. */
export function staysUp({ plan, number }: RehearseInput): boolean {
  return number !== undefined && plan.strategy?.takes === 'detour';
}

/** What boots beside the running version, and the folder where that may make a socket. */
export function bootedBy(input: RehearseInput): { manager: Manager; folder: string } {
  const keeper = managerOfChange(input);
  return staysUp(input) ? besideOf(keeper, input.app) : keeper.rehearsal(rehearsalName(input));
}

/** What serves visitors meanwhile. */
export function besideOf(keeper: ReleaseManager, app: App): { manager: Manager; folder: string } {
  const name = spareName(app);
  return keeper.beside === undefined ? keeper.rehearsal(name) : keeper.beside(name);
}

/** The same where `run` starts nothing: what it says of an address is then no matter. */
export function asRehearsed(input: RehearseInput): RehearseInput {
  const { unit, program, entry } = input.plan;
  return [unit, program, entry].some((own) => own?.byItself === true)
    ? { ...input, app: { ...input.app, run: '' } }
    : input;
}

/**
 * A second copy that insists on the running one's port would fail, or worse, share it.
 * @throws HostError Configuration where `run` names that port itself
 */
export function refuseOwnPort({ app, plan }: RehearseInput): void {
  const port = plan.bind?.kind === 'port' ? plan.bind.port : undefined;
  if (port === undefined || /\{(?:bind|port)\}/.test(app.run)) return;
  if (!new RegExp(`(?<!\\d)${port}(?!\\d)`).test(app.run)) return;
  const message = `run names port ${port} itself (${app.run}), so it cannot be rehearsed on another: write {bind} or {port} in its place, or set rehearse: false`;
  throw new HostError(failureTypes.configuration, message);
}

/**
 * Where the rehearsal shall listen: a port that is free, or a socket of its own where nginx leads to one.
 * @throws HostError RemoteCommandFailed where no port is free
 */
export async function spareBind(session: HostSession, input: RehearseInput): Promise<Bind> {
  const from = 'rehearsal';
  if (input.plan.bind?.kind === 'socket') {
    const { folder } = bootedBy(input);
    return { kind: 'socket', path: `${folder}/app.sock`, from };
  }
  const { stdout } = await session.run('rehearse', ['spare-port'], {
    timeoutMs: 20_000,
    signal: cancelSignal(),
  });
  const port = Number(stdout.trim());
  if (port > 0) return { kind: 'port', port, from };
  throw new HostError(
    failureTypes.commandFailed,
    `${session.alias}: no spare port from 20000 to 29999 for the rehearsal`,
  );
}
