import type { App } from '../../domain/app/app.js';
import { hasProcess } from '../../domain/app/kind.js';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import { failureTypes, type FailureType } from '../../domain/runbook/failure.js';
import type { Bind } from '../../domain/app/address.js';
import { spareUnit, unitName } from '../../domain/app/release.js';
import { plainPath } from '../../domain/app/plain-path.js';
import type { Plan } from '../../domain/plan/plan.js';
import { steps, type StepName } from '../../domain/runbook/steps.js';
import { change, type Change } from '../../host/door/door.js';
import { fields, type Fields } from '../../host/fields.js';
import { bindFields } from '../../host/keepers/bind-name.js';
import { envFilePath, type Launch } from '../../host/keepers/launch.js';
import { managerOf } from '../../host/keepers/choose.js';
import type { ReleaseManager } from '../../host/keepers/manager.js';
import { HostError, type Hosts } from '../../host/types.js';
import { cancelSignal } from '../runtime/context.js';

/** How long the old version may take until it listens. */
const oldReadySeconds = 60;

// What an error quotes and what history keeps of an output.
const quotedLines = 30;
const keptCharacters = 4000;

/** What a step asks of the door. */
export interface Ask {
  /** Names it in the journal; the step does unless set. */
  op?: string;
  /** src/host/scripts/<script>.sh */
  script: string;
  /** What it is told besides changeFields. */
  fields?: Fields;
  /** A list of its own: belay.yml's commands, say. */
  list?: readonly string[];
  input?: string;
  minutes: number;
  /** What a person does next when it failed. */
  remedy: string;
  /** RemoteCommandFailed unless set. */
  failure?: FailureType;
  /** How much of the end of its output is given; 4,000 characters. */
  kept?: number;
}

/**
 * Makes a step's change through the one door, under the step's own name, and gives its output. An undo that failed runs
 * again when it is asked for again; a step forward does not.
 * @param following the steps that the host goes on with by itself as soon as this one has ended well
 * @throws HostError of `failure`, with the end of the output, where the script fails; and what the door throws
 */
export async function makeChange(
  hosts: Hosts,
  step: StepName,
  input: ChangeInput,
  ask: Ask,
  following: readonly (readonly [StepName, Ask])[] = [],
): Promise<string> {
  const session = await hosts.session(input.reach);
  const { exit, output } = await change(
    session,
    changeOf(step, input, ask),
    following.map(([name, asked]) => changeOf(name, input, asked)),
  );
  if (exit === 0) return output.slice(-(ask.kept ?? keptCharacters));
  const last = output.trimEnd().split('\n').slice(-quotedLines).join('\n').slice(-keptCharacters);
  const how = exit === 124 ? `was ended after ${ask.minutes} minutes` : `failed with exit status ${exit}`;
  // What it says is kept on the host's disk.
  const said =
    last === '' ? ` and left no word why; see whether the disk is full (\`df -h\`).` : `:\n${last}`;
  throw new HostError(
    ask.failure ?? failureTypes.commandFailed,
    `\`${steps[step].label.en}\` on ${session.alias} ${how}${said}\n${ask.remedy}`,
  );
}

function changeOf(step: StepName, input: ChangeInput, ask: Ask): Change {
  return {
    path: input.app.path,
    number: input.number,
    deployment: input.deployment,
    op: ask.op ?? step,
    script: ask.script,
    args: [fields({ ...changeFields(input), ...ask.fields }), ...(ask.list ?? [])],
    input: ask.input,
    rerun: steps[step].rerun,
    timeoutMs: ask.minutes * 60_000,
    signal: cancelSignal(),
  };
}

/** What the scripts of a change are told, each by its name: all of it is theirs to read. */
export function changeFields(input: ChangeInput): Fields {
  const { app, deployment, number, plan, release } = input;
  return {
    path: app.path,
    number,
    deployment,
    release,
    keeper: keeperText(input),
    watched: unitName(app),
    spareUnit: spareUnit(app),
    ...bindFields(addressOf(input)),
    takes: plan.strategy?.takes ?? 'restart',
    reloads: plan.served?.caches === true ? 'yes' : '',
    user: userOf(input),
    envFile: envFilePath(app, release),
    seconds: oldReadySeconds,
    deadman: app.deadmanSeconds ?? 0,
    previousKind: plan.previous.kind,
    previous: previousOf(plan),
  };
}

/** What a release's record says of its keeper. */
function keeperText(input: Planned): string {
  return fields({ ...managerOfChange(input).keeper, user: userOf(input) });
}

/** What `said` in stops.sh reports about each thing: `pm2 entry words (id 0) of root: stopped`. */
export function saidOf(output: string): string[] {
  return output.split('\n').flatMap((line) => (line.startsWith('* ') ? [line.slice(2)] : []));
}

/** What was planned, whether or not the host is claimed for it. */
type Planned = Omit<ChangeInput, 'number'>;

/** Whom the app runs as, as runs-as.ts found when the plan was made. */
export function userOf({ plan }: Planned): string {
  return plan.user;
}

/** @throws HostError Configuration: a plan without an address is blocked, so nobody should come here with one */
export function bindOf({ plan }: Planned): Bind {
  if (plan.bind === null) {
    throw new HostError(
      failureTypes.configuration,
      `expected the plan to say where ${plan.host} expects the app, it does not; make a new plan`,
    );
  }
  return plan.bind;
}

/** The same; null of an app of which nothing runs. */
export function addressOf(input: Planned): Bind | null {
  return hasProcess(input.app) ? bindOf(input) : null;
}

/** Where the old version listened when the plan was made; where nothing served, where the app is expected. */
export function oldBindOf({ bind, stops }: Pick<Plan, 'bind' | 'stops'>): Bind | null {
  const served = stops.filter(({ role, active }) => role === 'app' && active).flatMap(({ at }) => at ?? []);
  return served.find((at) => isSameAddress(at, bind)) ?? served[0] ?? bind;
}

function isSameAddress(one: Bind, other: Bind | null): boolean {
  if (one.kind === 'port') return other?.kind === 'port' && one.port === other.port;
  return other?.kind === 'socket' && one.path === other.path;
}

/** What keeps the new release. */
export function managerOfChange({ app, release, plan }: Planned): ReleaseManager {
  return managerOf(app, release, plan);
}

export function launchOf(input: Planned): Launch {
  return { app: input.app, release: input.release, user: userOf(input), bind: bindOf(input) };
}

/** The release that the deployment goes back to; empty where there is none. */
function previousOf(plan: Plan): string {
  return plan.previous.kind === 'none' ? '' : plan.previous.release;
}

/** Names as the scripts take them: no `./` before, no slash behind. */
export function sharedPaths(app: App): string[] {
  return app.shared.map(plainPath);
}
