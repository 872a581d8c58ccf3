import type { RunbookActivities, ScriptActivities } from './activities.js';
import { failureTypes, nonRetryable, nonRetryableInUndo, type FailureType } from './failure.js';

export type StepName = keyof RunbookActivities;

/** One that is its script and no more. */
export type ScriptStep = keyof ScriptActivities;

/** One with an activity of its own, src/activities/steps/<name>.ts. */
export type OwnStep = Exclude<StepName, ScriptStep>;

/** All there is to say of a step: whatever depends on which step it is reads it here. */
export interface Step {
  /** As a person reads it in the terminal, the report and the Web UI. */
  label: Readonly<Record<'en' | 'zh', string>>;
  /** `look`: harmless, before approval. `change`: on the host. `undo`: the way back. */
  kind: 'look' | 'change' | 'undo';
  /** The steps of the way back that put back what this one changes; they are registered before this one runs. */
  undo: readonly StepName[];
  /** Whether what serves may differ afterwards. */
  harms: boolean;
  /** What it means for visitors: from here on nobody answers; somebody answers again; that is proved. */
  outage: 'none' | 'begins' | 'answers' | 'ends';
  /** How long one attempt may take. */
  minutes: number;
  /** Attempts, not a time limit: while no worker runs none is used up, and the deployment goes on when one is back. */
  attempts: number;
  /** Types of failure that end the step at once; all others are retried. */
  final: readonly FailureType[];
  /** Whether the journal lets a step that ended in failure run again. A full disk does not keep one of `failed` from running. */
  rerun: 'never' | 'failed';
  /**
   * How the host hears that the deployment lives, while its dead man's switch is armed. `door`: the one door says so when the
   * step begins and ends. `itself`: the step never passes the door, so its first act is to say so. Both say so meanwhile.
   */
  renews: 'no' | 'door' | 'itself';
  /** What a step of the way back is there; null where it is none. */
  back: Back | null;
  /** What a person does next when it failed, where its script is all of it; null where an activity of its own says so. */
  remedy: string | null;
}

/** An undo: idempotent, so that one whose step never ran does nothing. */
export interface Back {
  /** Whether a host takes it alone as well, by its script; one that has nothing to do there is taken from outside only. */
  alone: boolean;
  /**
   * What its failure means. `stop`: the undos after it would make things worse. `go-on`: they are taken all the same, since
   * what serves matters more. `tell`: it tidies up only, so the way back is complete without it.
   */
  onFailure: 'stop' | 'go-on' | 'tell';
}

const forward: readonly FailureType[] = nonRetryable;
// Waiting for another deployment's end is a person's decision.
const inClaim: readonly FailureType[] = [...nonRetryable, failureTypes.hostBusy];
const inUndo: readonly FailureType[] = nonRetryableInUndo;

/** The runbook: every step, in the order in which a deployment takes them, and then its way back. */
// prettier-ignore
export const steps: Readonly<Record<ScriptStep, Step & { remedy: string }> & Record<OwnStep, Step & { remedy: null }>> = {
  inspect: {
    label: { en: 'inspect', zh: '检查服务器' }, kind: 'look', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  checkSource: {
    label: { en: 'check the source', zh: '检查源代码' }, kind: 'look', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  compare: {
    label: { en: 'compare', zh: '比较文件' }, kind: 'look', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  upload: {
    label: { en: 'upload', zh: '上传' }, kind: 'look', undo: ['unstage'], harms: false, outage: 'none',
    minutes: 60, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  checkStaged: {
    label: { en: 'check the staged release', zh: '检查暂存的版本' }, kind: 'look', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  plan: {
    label: { en: 'plan', zh: '制定计划' }, kind: 'look', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  claim: {
    label: { en: 'claim the host', zh: '占用服务器' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: inClaim, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  build: {
    label: { en: 'build', zh: '构建' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 60, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  carry: {
    label: { en: 'keep assets reachable', zh: '保留旧页面的资源' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 15, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  backUp: {
    label: { en: 'back up', zh: '备份' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  maintain: {
    label: { en: 'show the maintenance page', zh: '显示维护页面' }, kind: 'change', undo: ['undoDetour'], harms: true, outage: 'begins',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  releaseHook: {
    label: { en: 'release hook', zh: '发布钩子' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 60, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  rehearse: {
    label: { en: 'rehearse', zh: '预演' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  arm: {
    label: { en: "arm the dead man's switch", zh: '启用失联保护' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null,
    remedy: 'The old version was not touched.',
  },
  detour: {
    label: { en: 'lead visitors to it', zh: '把访客引到新版本' }, kind: 'change', undo: ['undoDetour'], harms: true, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  quiesce: {
    label: { en: 'quiesce conflicts', zh: '停用冲突项' }, kind: 'change', undo: ['restoreTopology'], harms: true, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  stop: {
    label: { en: 'stop', zh: '停止应用' }, kind: 'change', undo: ['startOld', 'verifyOld'], harms: true, outage: 'begins',
    minutes: 70, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  activate: {
    label: { en: 'activate', zh: '切换到新版本' }, kind: 'change', undo: ['restoreFiles'], harms: true, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  start: {
    label: { en: 'start', zh: '启动' }, kind: 'change', undo: ['stopNew'], harms: true, outage: 'answers',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  verify: {
    label: { en: 'verify', zh: '验证' }, kind: 'change', undo: [], harms: false, outage: 'ends',
    minutes: 30, attempts: 20, final: forward, rerun: 'never', renews: 'itself', back: null, remedy: null,
  },
  soak: {
    label: { en: 'soak', zh: '观察' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 65, attempts: 20, final: forward, rerun: 'never', renews: 'itself', back: null, remedy: null,
  },
  leaveDetour: {
    label: { en: 'lead visitors back', zh: '把访客引回原地址' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 70, attempts: 20, final: forward, rerun: 'never', renews: 'door', back: null, remedy: null,
  },
  commit: {
    label: { en: 'commit', zh: '提交' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
  takeBack: {
    label: { en: 'take the host back', zh: '收回服务器' }, kind: 'undo', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 200, final: inUndo, rerun: 'failed', renews: 'no', back: { alone: false, onFailure: 'stop' }, remedy: null,
  },
  stopNew: {
    label: { en: 'stop the new release', zh: '停止新版本' }, kind: 'undo', undo: [], harms: false, outage: 'begins',
    minutes: 5, attempts: 200, final: inUndo, rerun: 'failed', renews: 'door', back: { alone: true, onFailure: 'stop' },
    remedy: 'It is tried again.',
  },
  restoreFiles: {
    label: { en: 'restore files', zh: '恢复文件' }, kind: 'undo', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 200, final: inUndo, rerun: 'failed', renews: 'door', back: { alone: true, onFailure: 'stop' },
    remedy: 'It is tried again. Nothing of the old version was deleted.',
  },
  restoreTopology: {
    label: { en: 'restore keepers', zh: '恢复进程管理' }, kind: 'undo', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 200, final: inUndo, rerun: 'failed', renews: 'door', back: { alone: true, onFailure: 'go-on' },
    remedy: 'It is tried again.',
  },
  startOld: {
    label: { en: 'start the old version', zh: '启动旧版本' }, kind: 'undo', undo: [], harms: false, outage: 'answers',
    minutes: 5, attempts: 200, final: inUndo, rerun: 'failed', renews: 'door', back: { alone: true, onFailure: 'stop' },
    remedy: 'It is tried again.',
  },
  verifyOld: {
    label: { en: 'verify the old version', zh: '验证旧版本' }, kind: 'undo', undo: [], harms: false, outage: 'ends',
    minutes: 5, attempts: 200, final: inUndo, rerun: 'failed', renews: 'itself', back: { alone: false, onFailure: 'stop' }, remedy: null,
  },
  undoDetour: {
    // Until the old version is proved visitors stay where the release serves beside it.
    label: { en: 'lead visitors to the old version', zh: '把访客引回旧版本' }, kind: 'undo', undo: [], harms: false, outage: 'none',
    minutes: 70, attempts: 200, final: inUndo, rerun: 'failed', renews: 'door', back: { alone: true, onFailure: 'stop' }, remedy: null,
  },
  unstage: {
    label: { en: 'clear the staged release away', zh: '清理暂存的版本' }, kind: 'undo', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: inUndo, rerun: 'failed', renews: 'no', back: { alone: false, onFailure: 'tell' }, remedy: null,
  },
  disarm: {
    label: { en: "disarm the dead man's switch", zh: '解除失联保护' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: forward, rerun: 'failed', renews: 'no', back: null,
    remedy: 'It is tried again.',
  },
  settle: {
    label: { en: 'settle', zh: '记录结果' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 5, attempts: 20, final: inUndo, rerun: 'failed', renews: 'no', back: null, remedy: null,
  },
  forgetHost: {
    label: { en: 'remove what belay keeps', zh: '删除 belay 留下的内容' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 10, attempts: 20, final: forward, rerun: 'failed', renews: 'no', back: null, remedy: null,
  },
  recoverHost: {
    label: { en: 'put the last good release back', zh: '恢复最后一个正常版本' }, kind: 'change', undo: [], harms: false, outage: 'none',
    minutes: 60, attempts: 20, final: forward, rerun: 'never', renews: 'no', back: null, remedy: null,
  },
};

export function isScriptStep(step: StepName): step is ScriptStep {
  return steps[step].remedy !== null;
}

/** src/host/scripts/<this>.sh: what a step does on the host where it has a script of its own. */
export function scriptOf(step: StepName): string {
  return step.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Whether a name of a history is one of a step. */
export function isStep(name: string): name is StepName {
  return Object.hasOwn(steps, name);
}

/** The steps of which something holds, in the runbook's order. */
export function stepsWhere(holds: (step: Step) => boolean): StepName[] {
  return (Object.keys(steps) as StepName[]).filter((name) => holds(steps[name]));
}
