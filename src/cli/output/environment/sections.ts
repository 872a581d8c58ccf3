import {
  backendText,
  siteText,
  type Environment,
  type Service,
} from '../../../domain/environment/environment.js';
import type { NginxServer } from '../../../domain/facts/facts.js';
import { nameOf } from '../../../domain/keepers/evidence.js';
import { formatBytes } from '../../../domain/text/bytes.js';
import { listenerText } from '../../../domain/keepers/process-groups.js';
import { keeperSections } from './keepers.js';
import { cut, time, type EnvironmentSection } from './section.js';

/**
 * The sections that follow what would surprise.
 * @param path of the one app that the environment was narrowed to; undefined: the whole server
 */
export function environmentSections(environment: Environment, path?: string): EnvironmentSection[] {
  const all = [
    ...(path === undefined ? [] : [app(environment, path)]),
    sites(environment),
    listeners(environment),
    ...keeperSections(environment),
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
