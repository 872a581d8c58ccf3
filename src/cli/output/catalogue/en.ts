import type { DeploymentView } from '../../../history/view.js';
import type { HostOnlyFile } from '../../../domain/plan/plan.js';
import { en as words } from '../../../history/catalogue/en.js';
import { count, duration } from '../../../history/text.js';

type Type = DeploymentView['type'];
type Open = Exclude<DeploymentView['state'], 'closed'>;

/** What the terminal says, beside the words that it has in common with reports. */
export const en = {
  words,
  start: (type: Type, app: string, host: string, bold: (text: string) => string) =>
    `${bold(`${type} ${app}`)} on ${bold(host)}`,
  startRelease: (release: string) => `, release ${release}`,
  startedBy: (id: string, by: string) => `${id}, started by ${by}`,
  held: (why: string) => `no worker can go on with it: ${why}`,
  waitingFor: (digest: string, next: string) => `waiting for approval of plan ${digest}: ${next}`,
  rollingBack: (why: string) => `rolling back, because ${why}`,
  unknownCause: 'of an unknown cause',
  stuck: 'the rollback is incomplete, and waits for you',
  mend: (next: string) => `mend what failed above, then: ${next}`,
  byHand: (command: string) => `or do the rest by hand, and: ${command}`,
  begins: (label: string, summary: string) => `${label} begins${summary === '' ? '' : `: ${summary}`}`,
  retries: (label: string, why: string) => `${label}: ${why}`,
  again: 'is tried again',
  back: (whose: 'temporal' | 'worker'): string =>
    whose === 'temporal' ? 'Temporal answers again' : 'it can go on',
  leaves: 'Ctrl-C leaves; the deployment goes on',
  goesOn: (watch: string, abort: string) =>
    `The deployment goes on without this terminal.\n  watch  ${watch}\n  abort  ${abort}\n`,
  packing: {
    begins: 'packing' as string,
    far: (what: 'read' | 'kept', done: number, total: number) =>
      `packing: ${what} ${done} of ${count(total, 'file')}`,
  },
  step: {
    attempts: (attempts: number) => `, ${attempts} attempts`,
    waits: 'waiting for a worker',
    because: (attempt: number, why: string) => `attempt ${attempt}, because: ${why}`,
    failed: (attempt: number, next: string, why: string) =>
      `attempt ${attempt} failed, the next begins ${next}: ${why}`,
    in: (time: string) => `in ${time}`,
    now: 'now',
    far: (done: string, total: string, isFiles: boolean, percent: string) =>
      `${done} of ${total}${isFiles ? ' files' : ''}${percent}`,
    named: (label: string, summary: string) =>
      firstWord(summary) === firstWord(label) ? summary : `${label}: ${summary}`,
  },
  ask: {
    deploy: (digest: string) => `Deploy plan ${digest}?`,
    answers: 'yes, no (aborts it), later (leaves it waiting): ',
    approve: (digest: string) => `Approve plan ${digest}? yes, no: `,
    notApproved: 'not approved; it goes on waiting',
    noPlan: (id: string, state: Open | 'closed') =>
      `no plan of ${id} waits for approval: it is ${state.replace('-', ' ')}`,
    nameIt: (command: string) => `name the plan that you have seen: ${command}`,
  },
  signal: {
    unread: 'sent; no worker has read it so far: see belay doctor',
    watch: (command: string) => `  watch  ${command}`,
  },
  summary: {
    rows: {
      held: 'held up',
      cause: 'cause',
      downtime: 'downtime',
      remains: 'remains',
      untold: 'untold',
      id: 'id',
      ui: 'web ui',
      next: 'next',
    },
    downtime: (took: string, measured: boolean) =>
      `${took}, ${measured ? 'as nginx was asked meanwhile' : 'reckoned from the steps'}`,
    notUndone: (label: string) => `${label} was not undone`,
    app: (app: string, host: string) => `${app} on ${host}`,
    open: (type: Type, app: string, state: Open, took: string) =>
      `${type} of ${app} ${doing[state]}, for ${took} so far`,
    ejected: (took: string, app: string) =>
      `succeeded in ${took}: ${app} is kept by the server alone, and nothing of belay’s is on it`,
    succeeded: (took: string, app: string, serves: string | null) =>
      `succeeded in ${took}: ${app} serves ${serves ?? 'the release'}`,
    unchanged: (took: string, app: string) => `unchanged, after ${took}: ${app} serves this version already`,
    refused: (took: string, app: string) => `refused after ${took}: ${app} is as it was`,
    failed: (took: string, app: string) => `failed after ${took}, before any change: ${app} is as it was`,
    aborted: (took: string, app: string) => `aborted after ${took}: ${app} is as it was`,
    rolledBack: (took: string, app: string) => `rolled back after ${took}: ${app} is as it was before`,
    incomplete: (took: string, app: string) => `rollback incomplete after ${took}: look at ${app} now`,
    noOutcome: (ended: NonNullable<DeploymentView['ended']> | 'closed', took: string, app: string) =>
      `${ended === 'closed' ? 'ended' : ended} after ${took}, without an outcome: look at ${app}`,
    recovered: (took: string, app: string) => `recovered in ${took}: the last good release of ${app} is back`,
    nothingToRecover: (took: string, app: string) => `nothing to recover, after ${took}: ${app} is as it was`,
    recoveryIncomplete: (took: string, app: string) =>
      `recovery incomplete after ${took}: look at ${app} now`,
    recoveryFailed: (outcome: DeploymentView['outcome'], took: string, app: string) =>
      `recovery ${outcome ?? 'ended'} after ${took}, before any change: ${app} is as it was`,
    planned: (took: string) => `planned in ${took}: nothing stands in the way`,
    plannedNothing: (took: string) => `planned in ${took}: nothing would change`,
    plannedRefused: (took: string) => `planned in ${took}: a deployment would be refused`,
    planningFailed: (took: string) => `planning failed after ${took}`,
  },
  plan: {
    title: (digest: string) => `Plan ${digest}`,
    about: (app: string, host: string, release: string) => `${app} on ${host}, release ${release}`,
    nothing: 'nothing would change: this version already serves',
    found: 'Found',
    stops: 'Stops',
    files: 'Files',
    commits: 'Commits since the active release',
    hostOnly: 'Only on the server',
    willDo: 'Will do',
    wayBack: 'Way back',
    findings: 'Findings',
    moreLines: (more: number) => `… ${count(more, 'more line')}`,
    rows: ['address', 'runs as', 'answers'] as readonly [string, string, string],
    unknown: 'unknown',
    port: (port: number) => `port ${port}`,
    socket: (path: string) => `socket ${path}`,
    from: (from: string) => `from ${from}`,
    noAnswer: 'no answer',
    atNginx: (gate: string) => ` at nginx, ${gate}`,
    notRunning: ' (not running)',
    stop: (role: 'app' | 'conflict', why: string) => `${role}: ${why}`,
    changes: (added: number, changed: number, removed: number) =>
      `${added} added, ${changed} changed, ${removed} removed`,
    travel: (total: number, size: string, files: number, bytes: string) =>
      ` of ${count(total, 'file')}, ${size}; ${count(files, 'file travels', 'files travel')}, ${bytes}`,
    more: (more: number) => `and ${more} more`,
    fates: {
      shared: 'shared: lives on beside the releases',
      discarded: 'stays behind in the adopted directory',
      dependencies: 'dependencies: kept per lockfile',
      carried: 'assets: stay reachable in the next release',
      uncovered: 'not covered: name it under shared or discard',
    } satisfies Record<HostOnlyFile['fate'], string>,
  },
  list: {
    columns: ['what', 'outcome', 'started', 'took', 'release', 'host', 'id'] as readonly string[],
    types: (type: string) => type,
    outcome: (outcome: string) => outcome,
    none: 'no deployments yet; begin with: belay deploy',
    older: (most: number) => `older ones are in the Web UI; these are the newest ${most}`,
  },
  duration: (seconds: number) => duration(seconds),
};

const doing = {
  running: 'is running',
  'awaiting-approval': 'waits for approval',
  'rolling-back': 'is rolling back',
  'awaiting-operator': 'waits for an operator: the rollback is incomplete',
} satisfies Record<Open, string>;

function firstWord(text: string): string {
  return text.toLowerCase().split(/\W/, 1)[0] ?? '';
}

/** Another language has all of these, or it does not compile. */
export type Speech = typeof en;
