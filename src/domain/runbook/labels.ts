import { besides } from './besides.js';
import { isStep, steps } from './steps.js';

/** An activity as a person reads it, for code that knows it only as text; a name that is not known stays as it is. */
export function labelOf(activity: string, language: 'en' | 'zh' = 'en'): string {
  if (isStep(activity)) return steps[activity].label[language];
  return Object.hasOwn(besides, activity) ? besides[activity as keyof typeof besides][language] : activity;
}
