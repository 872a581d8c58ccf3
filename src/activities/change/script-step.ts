import { scriptOf, steps, type ScriptStep } from '../../domain/runbook/steps.js';
import type { Step } from '../runtime/dependencies.js';
import { makeChange } from './make-change.js';

/** A step that is its script and no more. */
export function scriptStep(name: ScriptStep): Step<ScriptStep> {
  const { minutes, remedy } = steps[name];
  return ({ hosts }) =>
    async (input) => {
      await makeChange(hosts, name, input, { script: scriptOf(name), minutes, remedy });
    };
}
