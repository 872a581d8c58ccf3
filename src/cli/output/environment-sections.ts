import { backendText, siteText, type Environment, type Service } from '../../domain/environment.js';
import type { NginxServer } from '../../domain/facts.js';
import { nameOf } from '../../domain/keepers.js';
import { formatBytes } from '../../domain/plan-markdown.js';
import { listenerText } from '../../domain/process-groups.js';

/** A part of a server's environment document, for every form in which it is written. */
export interface EnvironmentSection {
  title: string;
  /** Sentences before the table. */
  text?: string[];
  columns?: string[];
  /** Indices of the columns that hold addresses, paths and commands. */
  code?: number[];
  rows?: string[][];
}

/** What a command line is cut to in a table. */
const commandLength = 100;

/**
 * The sections that follow what would surprise.
 * @param path of the one app that the environment was narrowed to; undefined: the whole server
 */
export function environmentSections(environment: Environment, path?: string): EnvironmentSection[] {
  const all = [
    ...(path === undefined ? [] : [app(environment, path)]),
    sites(environment),
    listeners(environment),
    units(environment),
    pm2(environment),
    cron(environment),
    timers(environment),
    ...others(environment),
    machine(environment),
    unreadable(environment),
  ];
  return all.filter((section) => (section.rows?.length ?? 0) > 0 || (section.text?.length ?? 0) > 0);
}

function app({ survey }: Environment, path: string): EnvironmentSection {
  const { app: facts } = survey;
  const kinds = {
    absent: 'nothing is there',
    directory: 'a folder',
    symlink: `a link to ${facts?.target ?? '?'}`,
    mount: 'a mount point',
    other: 'neither a folder nor a link',
  };
  const owner = facts?.owner === undefined ? '' : `, owned by ${facts.owner}`;
  const active = facts?.active === undefined ? '' : ` It is belay’s release ${facts.active}.`;
  return {
    title: `The app in ${path}`,
    text: facts === undefined ? [] : [`${kinds[facts.kind]}${owner}.${active}`],
    columns: ['Release', 'Outcome', 'When'],
    rows: (facts?.releases ?? []).map(({ release, outcome, when }) => [release, outcome, when]),
  };
}

function sites({ survey, services }: Environment): EnvironmentSection {
  const { nginx, certificates } = survey;
  const rows = (nginx?.servers ?? []).flatMap((server) => {
    const locations = server.locations.filter(({ modifier }) => modifier !== '@');
    // The server's own root counts where no location takes what is left.
    if (server.root !== undefined && !locations.some(({ pattern }) => pattern === '/'))
      locations.push({ modifier: '', pattern: '/', backends: [], root: server.root, where: server.where });
    return locations.flatMap((location) => {
      const { backends, root, where } = location;
      if (backends.length === 0 && root === undefined) return [];
      const who = services.filter(({ routes }) => routes.some((route) => route.location === location));
      const answers = root !== undefined ? `files of ${root}` : who.map(serviceName).join(', ') || 'nobody';
      return [
        [
          siteText({ server, location }),
          [...new Set(server.listens.map(({ port, tls }) => `${port}${tls ? ' TLS' : ''}`))].join(', '),
          backends.map(backendText).join(', '),
          answers,
          validUntil(server, certificates),
          where,
        ],
      ];
    });
  });
  return {
    title: 'Sites',
    text: nginx === null ? ['There is no nginx.'] : [],
    columns: ['Site', 'Port', 'Leads to', 'Who answers', 'Certificate until', 'Written in'],
    code: [2, 5],
    rows,
  };
}

function validUntil(server: NginxServer, certificates: Environment['survey']['certificates']): string {
  const found = certificates.find(({ file }) => file === server.certificate);
  if (server.certificate === undefined || !server.listens.some(({ tls }) => tls)) return '';
  return found?.expires == null ? 'unknown' : new Date(found.expires * 1000).toISOString().slice(0, 10);
}

function serviceName({ process, path }: Service): string {
  const name = process === null ? 'unknown' : nameOf(process.command);
  return path === null ? name : `${name} in ${path}`;
}

function listeners({ services }: Environment): EnvironmentSection {
  return {
    title: 'Who listens where, and who starts it again',
    columns: ['Address', 'Who', 'User', 'Folder', 'Started again by', 'After a reboot'],
    code: [0, 1, 3],
    rows: services.map(({ listeners: own, process, path: folder, keeper, boot }) => [
      own.map(listenerText).join(', '),
      process === null ? 'cannot be seen' : cut(process.command.join(' ')),
      process?.user ?? '',
      folder ?? process?.cwd ?? '',
      keeper,
      { yes: 'comes back', no: 'does not come back', unknown: 'unknown' }[boot],
    ]),
  };
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

function machine({ survey }: Environment): EnvironmentSection {
  const { system, machine: facts, nginx } = survey;
  const rows: [string, string][] = [
    ['Name', system.hostname],
    ['System', `${system.os}, kernel ${system.kernel}, ${system.init}`],
    ['Up since', facts.bootedAt > 0 ? time(facts.bootedAt) : ''],
    ['Time zone', facts.timeZone],
    ['Processors', facts.processors > 0 ? String(facts.processors) : ''],
    ['Memory', `${formatBytes(facts.memoryBytes)}, ${formatBytes(system.memoryAvailableBytes)} available`],
    ...facts.disks.map(({ mountedOn, sizeBytes, availableBytes, filesystem }): [string, string] => [
      `Disk ${mountedOn}`,
      `${formatBytes(sizeBytes)}, ${formatBytes(availableBytes)} free (${filesystem})`,
    ]),
    ['nginx', nginx === null ? 'not there' : `${nginx.version}${nginx.running ? '' : ', does not run'}`],
    ...facts.interpreters.map(({ path, version }): [string, string] => [path, version]),
    ['Seen as', `${system.user}${system.root ? ', as root' : ', without root'}`],
  ];
  return { title: 'The machine', columns: ['What', 'Found'], rows: rows.filter(([, found]) => found !== '') };
}

function unreadable({ survey }: Environment): EnvironmentSection {
  return {
    title: 'What could not be read',
    columns: ['What', 'Why'],
    rows: survey.unreadable.map(({ fact, why }) => [fact, why]),
  };
}

/** `2026-11-24 06:58 UTC` */
export function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function cut(command: string): string {
  return command.length > commandLength ? `${command.slice(0, commandLength)}…` : command;
}
