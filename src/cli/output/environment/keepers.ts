import type { Environment } from '../../../domain/environment/environment.js';
import { cut, time, type EnvironmentSection } from './section.js';

/** What keeps, or will start, things on the server: the sections of units, pm2, cron, timers, containers, supervisor and at. */
export function keeperSections(environment: Environment): EnvironmentSection[] {
  return [
    units(environment),
    pm2(environment),
    cron(environment),
    timers(environment),
    ...others(environment),
  ];
}

function units({ survey }: Environment): EnvironmentSection {
  const own = survey.units.filter(
    ({ unit, fragmentPath, active }) =>
      unit.endsWith('.service') && (active === 'failed' || !/^(?:\/usr)?\/lib\/systemd\//.test(fragmentPath)),
  );
  return {
    title: 'Units that do not come from the distribution',
    columns: ['Unit', 'State', 'At boot', 'Runs', 'In', 'As'],
    code: [3, 4],
    rows: own.map(
      ({ unit, active, state, enabled, execStart, workingDirectory, user, restarts = 0, description }) => [
        (description ?? '') === '' || description === unit ? unit : `${unit} (${description})`,
        `${active}${state === undefined || state === active ? '' : ` (${state})`}${restarts > 0 ? `, ${restarts} restarts` : ''}`,
        enabled,
        cut(execStart),
        workingDirectory,
        user === '' ? 'root' : user,
      ],
    ),
  };
}

function pm2({ survey }: Environment): EnvironmentSection {
  const rows = survey.pm2.flatMap(({ user, entries }) =>
    entries.map(({ id, name, status, restarts, script, args, cwd, mode, port, cronRestart }) => [
      `${name} (id ${id})`,
      user,
      `${status}, ${restarts} restarts`,
      cut([script, ...args].join(' ')),
      cwd,
      [
        mode,
        ...(port === undefined ? [] : [`PORT=${port}`]),
        ...(cronRestart === undefined ? [] : [`anew at ${cronRestart}`]),
      ].join(', '),
    ]),
  );
  return { title: 'pm2', columns: ['Entry', 'Of', 'State', 'Runs', 'In', 'How'], code: [3, 4], rows };
}

/** Lines that every Debian or Red Hat has. */
const distributionLine = /\brun-parts\b|\be2scrub_all|\bdebian-sa1\b|\/usr\/lib\/php\/sessionclean\b/;

function cron({ survey }: Environment): EnvironmentSection {
  const own = survey.cron.filter(
    ({ source, text }) => source.startsWith('crontab:') || !distributionLine.test(text),
  );
  return {
    title: 'Cron',
    columns: ['Where', 'Line'],
    code: [1],
    rows: own.map(({ source, line, text }) => [`${source}, line ${line}`, text.trim()]),
  };
}

function timers({ survey }: Environment): EnvironmentSection {
  const fromDistribution = (file: string) => /^(?:\/usr)?\/lib\/systemd\//.test(file);
  const own = survey.timers.filter(({ fragmentPath }) => !fromDistribution(fragmentPath));
  const theirs = survey.timers.filter(({ fragmentPath }) => fromDistribution(fragmentPath));
  return {
    title: 'Timers',
    text:
      theirs.length === 0
        ? []
        : [`From the distribution: ${theirs.map(({ timer }) => timer.replace(/\.timer$/, '')).join(', ')}.`],
    columns: ['Timer', 'Starts', 'When', 'State'],
    code: [2],
    rows: own.map(({ timer, starts, schedule, active, enabled }) => [
      timer,
      starts,
      schedule,
      `${active}, ${enabled}`,
    ]),
  };
}

function others({ survey }: Environment): EnvironmentSection[] {
  const { supervisors, containers, at } = survey;
  return [
    {
      title: 'Containers',
      text: containers?.length === 0 ? ['Docker is there; no container runs.'] : [],
      columns: ['Container', 'Image', 'State', 'Ports'],
      rows: (containers ?? []).map(({ name, image, status, ports }) => [name, image, status, ports]),
    },
    {
      title: 'supervisor',
      columns: ['Program', 'State', 'Command', 'Works in', 'Starts with supervisord'],
      rows: supervisors.flatMap(({ programs }) =>
        programs.map(({ name, state, command, directory, atBoot }) => [
          name,
          state,
          command,
          directory,
          atBoot ? 'yes' : 'no',
        ]),
      ),
    },
    {
      title: 'Jobs of at',
      columns: ['Job', 'Of', 'When', 'Works in', 'Command'],
      rows: at.map(({ job, user, when, folder, command }) => [
        String(job),
        user,
        time(when),
        folder,
        command,
      ]),
    },
  ];
}
