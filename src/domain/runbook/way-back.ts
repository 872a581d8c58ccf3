import { scriptOf, steps, stepsWhere, type StepName } from './steps.js';

/** The way back, whoever takes it: its undos in the order in which they are taken. */
export function wayBack(): StepName[] {
  return stepsWhere(({ back }) => back !== null);
}

/** The same for the host (scripts/recover.sh): a line for each undo that it takes by itself, `<name> <script> <on failure>`. */
export function wayBackLines(): string {
  return aloneOnHost()
    .map((name) => `${name} ${scriptOf(name)} ${steps[name].back?.onFailure ?? ''}\n`)
    .join('');
}

/** The scripts of those lines. */
export function wayBackScripts(): string[] {
  return aloneOnHost().map(scriptOf);
}

function aloneOnHost(): StepName[] {
  return stepsWhere(({ back }) => back?.alone === true);
}
