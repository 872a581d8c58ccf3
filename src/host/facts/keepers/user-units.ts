import type { UserUnit } from '../../../domain/facts/facts.js';
import { shownCommand } from '../../../domain/secrets/command.js';
import { keyValues, type Section } from '../sections.js';

/** Sections `user-unit <file>`: whose, whether enabled and lingering, then the unit's own lines. */
export function userUnits(sections: readonly Section[]): UserUnit[] {
  return sections.flatMap(({ name, rest, body }): UserUnit[] => {
    if (name !== 'user-unit') return [];
    const values = keyValues(body);
    const triggers = [...body.matchAll(/^Trigger=([\w.@:-]{1,200})$/gm)].map(([, trigger = '']) => trigger);
    return [
      {
        unit: rest.slice(rest.lastIndexOf('/') + 1),
        user: values.get('owner') ?? '',
        file: rest,
        enabled: values.get('enabled') === 'yes',
        lingers: values.get('lingers') === 'yes',
        execStart: shownCommand(values.get('ExecStart') ?? '').slice(0, 1000),
        workingDirectory: values.get('WorkingDirectory') ?? '',
        ...(triggers.length > 0 && { triggers }),
      },
    ];
  });
}
