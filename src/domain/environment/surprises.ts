import { certificateEnds, diskLow, memoryLow } from '../findings/common.js';
import { doubtText } from '../findings/doubted.js';
import { routeText, siteText, type Environment } from './environment.js';
import { finder, type Finder } from '../findings/finder.js';
import type { Finding } from '../findings/finding.js';
import { nginxState } from '../nginx/site/configuration.js';
import { formatBytes } from '../text/bytes.js';
import { processSurprises } from './surprises-processes.js';

const day = 86_400;
const soonDays = 30;

/** Something about a server that would surprise; no deployment is judged by it. */
export type Surprise = Omit<Finding, 'host' | 'severity'> & { severity: 'warn' | 'info' };

/**
 * What would surprise somebody who comes to this server: what is broken, what is going to be, and what nobody would
 * expect; the serious first.
 */
export function surprises(environment: Environment): Surprise[] {
  const find = finder(environment.host);
  backends(environment, find);
  nginx(environment, find);
  certificates(environment, find);
  processSurprises(environment, find);
  doubted(environment, find);
  machine(environment, find);
  const told = find.found.map(asTold);
  return [
    ...told.filter(({ severity }) => severity === 'warn'),
    ...told.filter(({ severity }) => severity === 'info'),
  ];
}

/** What would refuse a deployment refuses nothing here. */
function asTold({ id, severity, message, evidence, remedy }: Finding): Surprise {
  return { id, severity: severity === 'info' ? 'info' : 'warn', message, evidence, remedy };
}

function backends({ silent }: Environment, find: Finder): void {
  for (const route of silent) {
    find.report(
      'nginx.silent-backend',
      `nginx sends the visitors of ${siteText(route)} to an address on which nobody listens: they get 502.`,
      routeText(route),
      'Start what belongs there, or correct or remove that location.',
    );
  }
}

function nginx({ survey }: Environment, find: Finder): void {
  const facts = survey.nginx;
  if (facts === null) return;
  if (facts.strange !== undefined)
    find.report(
      'nginx.not-roots',
      'Others than root can change what root’s nginx runs or reads; belay does not ask it.',
      facts.strange,
      'Give what is named to root alone: `chown root: FILE && chmod go-w FILE`, of folders too.',
    );
  if (facts.error !== undefined)
    find.report(
      'nginx.broken',
      'nginx cannot read its own configuration: its next start or reload fails.',
      facts.error,
      'Mend what it names, check with `nginx -t`.',
    );
  nginxState(facts, '', find);
}

function doubted({ survey }: Environment, find: Finder): void {
  for (const doubt of survey.doubts ?? []) {
    find.report(
      'daemon.doubted',
      doubt.what === 'PATH'
        ? 'A folder on root’s PATH is not root’s alone: whoever can write there can have root run what they like. belay leaves it out.'
        : `A process says that it is ${doubt.what}, and belay does not ask it.`,
      doubtText(doubt),
      doubt.what === 'PATH'
        ? 'Take it out of PATH (/etc/environment, sshd’s and sudo’s settings), or give it to root.'
        : 'See what it is: `ps -fp PID`.'.replace('PID', String(doubt.pid)),
    );
  }
}

function certificates({ survey }: Environment, find: Finder): void {
  for (const { file, expires, error } of survey.certificates) {
    if (expires === null) {
      find.report(
        'certificate.unreadable',
        `When ${file} expires could not be read.`,
        error ?? '',
        'Look at it by hand.',
      );
      continue;
    }
    const days = Math.floor((expires - survey.system.now) / day);
    if (days >= soonDays) continue;
    const until = new Date(expires * 1000).toISOString().slice(0, 10);
    certificateEnds(days < 0 ? 'certificate.expired' : 'certificate.expires', { file, days, until }, find);
  }
}

function machine({ survey }: Environment, find: Finder): void {
  for (const { mountedOn, sizeBytes, availableBytes } of survey.machine.disks) {
    if (availableBytes > sizeBytes * 0.1 || availableBytes > 50e9) continue;
    diskLow(availableBytes, mountedOn, `${formatBytes(sizeBytes)} in all`, find);
  }
  const { memoryAvailableBytes } = survey.system;
  const { memoryBytes } = survey.machine;
  if (memoryBytes > 0 && memoryAvailableBytes < memoryBytes * 0.05)
    memoryLow(memoryAvailableBytes, ` of ${formatBytes(memoryBytes)}`, find);
}
