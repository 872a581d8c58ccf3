import { steps, stepsWhere, type StepName } from './steps.js';

/** The way back, whoever takes it: its undos in the order in which they are taken. */
export function wayBack(): StepName[] {
  return stepsWhere(({ back }) => back !== null);
}

/** The same for the host (scripts/recover.sh): a line for each undo that it takes by itself, `<name> <script> <on failure>`. */
export function wayBackLines(): string {
  return wayBack()
    .flatMap((name) => {
      const { script = null, onFailure = '' } = steps[name].back ?? {};
      return script === null ? [] : [`${name} ${script} ${onFailure}\n`];
    })
    .join('');
}

/** The scripts of those lines. */
export function wayBackScripts(): string[] {
  return wayBack().flatMap((name) => steps[name].back?.script ?? []);
}
