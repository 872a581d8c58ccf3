import type { AtJob } from '../../../domain/facts/facts.js';
import { shownCommand } from '../../../domain/secrets/command.js';
import { firstOf, type Incomplete, type Section } from '../sections.js';

/**
 * Jobs that wait for their time: sections `at <file> <owner>`, the first line the folder, then the commands. The file's name
 * is a queue's letter, the job's number in 5 hex digits and its time in 8, in minutes since the epoch (at's own format).
 */
export function atJobs(sections: readonly Section[], incomplete: Incomplete = []): AtJob[] {
  const jobs = sections.flatMap(({ name, rest, body }): AtJob[] => {
    const [, job, minute, user] = /^[A-Za-z]([0-9a-f]{5})([0-9a-f]{8}) ?(.*)$/.exec(rest) ?? [];
    if (name !== 'at' || job === undefined || minute === undefined) return [];
    const [folder = '', ...lines] = body.split('\n');
    const command = lines.filter((line) => line.trim() !== '').join('; ');
    return [
      {
        job: Number.parseInt(job, 16),
        when: Number.parseInt(minute, 16) * 60,
        user: user ?? '',
        folder,
        command: shownCommand(command).slice(0, 1000),
      },
    ];
  });
  return firstOf(jobs, 100, 'at', incomplete, ' jobs');
}
