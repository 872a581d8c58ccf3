import type { Activities } from './activities.js';

export type StepName = keyof Activities;

interface StepInfo {
  /** As a person reads it in the terminal, the report and the Web UI. */
  label: string;
  /** `look`: harmless, before approval. `change`: on the host. `undo`: the way back. */
  kind: 'look' | 'change' | 'undo';
  /** What an undo puts back. */
  undoes?: StepName[];
}

/** The runbook: every step, in the order in which a deployment takes them. */
export const steps: Record<StepName, StepInfo> = {
  inspect: { label: 'inspect', kind: 'look' },
  checkSource: { label: 'check the source', kind: 'look' },
  compare: { label: 'compare', kind: 'look' },
  upload: { label: 'upload', kind: 'look' },
  checkStaged: { label: 'check the staged release', kind: 'look' },
  plan: { label: 'plan', kind: 'look' },
  claim: { label: 'claim the host', kind: 'change' },
  build: { label: 'build', kind: 'change' },
  backUp: { label: 'back up', kind: 'change' },
  releaseHook: { label: 'release hook', kind: 'change' },
  rehearse: { label: 'rehearse', kind: 'change' },
  arm: { label: "arm the dead man's switch", kind: 'change' },
  quiesce: { label: 'quiesce conflicts', kind: 'change' },
  stop: { label: 'stop', kind: 'change' },
  activate: { label: 'activate', kind: 'change' },
  start: { label: 'start', kind: 'change' },
  verify: { label: 'verify', kind: 'change' },
  soak: { label: 'soak', kind: 'change' },
  commit: { label: 'commit', kind: 'change' },
  takeBack: { label: 'take the host back', kind: 'undo' },
  stopNew: { label: 'stop the new release', kind: 'undo', undoes: ['start'] },
  restoreFiles: { label: 'restore files', kind: 'undo', undoes: ['activate'] },
  restoreTopology: { label: 'restore keepers', kind: 'undo', undoes: ['quiesce'] },
  startOld: { label: 'start the old version', kind: 'undo', undoes: ['stop'] },
  verifyOld: { label: 'verify the old version', kind: 'undo' },
  unstage: { label: 'clear the staged release away', kind: 'undo', undoes: ['upload'] },
  disarm: { label: "disarm the dead man's switch", kind: 'change' },
  settle: { label: 'settle', kind: 'change' },
  // Of no deployment: the workflow `inspect`.
  survey: { label: 'survey', kind: 'look' },
  // Beside deployments.
  notify: { label: 'tell', kind: 'look' },
  healthLook: { label: 'look at its health', kind: 'look' },
  forgetLooks: { label: 'forget old looks', kind: 'look' },
  // Of no deployment: the workflow `releases`.
  listReleases: { label: 'list the releases', kind: 'look' },
  recoverHost: { label: 'put the last good release back', kind: 'change' },
};

/** Labels by name, for code that knows a step only as text. */
export function labelOf(step: string): string {
  return step in steps ? steps[step as StepName].label : step;
}
