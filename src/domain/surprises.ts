import { doubtText } from './doubted.js';
import { routeText, siteText, type Environment } from './environment.js';
import { formatBytes } from './plan-markdown.js';
import type { Surprise, Tell } from './surprise.js';
import { processSurprises } from './surprises-processes.js';

const day = 86_400;
const soonDays = 30;

/**
 * What would surprise somebody who comes to this server: what is broken, what is going to be, and what nobody would
 * expect; the serious first.
 */
export function surprises(environment: Environment): Surprise[] {
  const told: Surprise[] = [];
  const teller =
    (severity: Surprise['severity']): Tell['warn'] =>
    (id, message, evidence, remedy) =>
      void told.push({ id, severity, message, evidence, remedy });
  const tell: Tell = { warn: teller('warn'), info: teller('info') };
  backends(environment, tell);
  nginx(environment, tell);
  certificates(environment, tell);
  processSurprises(environment, tell);
  doubted(environment, tell);
  machine(environment, tell);
  return [
    ...told.filter(({ severity }) => severity === 'warn'),
    ...told.filter(({ severity }) => severity === 'info'),
  ];
}

function backends({ silent }: Environment, tell: Tell): void {
  for (const route of silent) {
    tell.warn(
      'nginx.silent-backend',
      `nginx sends the visitors of ${siteText(route)} to an address on which nobody listens: they get 502.`,
      routeText(route),
      'Start what belongs there, or correct or remove that location.',
    );
  }
}

function nginx({ survey }: Environment, tell: Tell): void {
  const facts = survey.nginx;
  if (facts === null) return;
  if (facts.strange !== undefined)
    tell.warn(
      'nginx.not-roots',
      'Others than root can change what root’s nginx runs or reads; belay does not ask it.',
      facts.strange,
      'Give what is named to root alone: `chown root: FILE && chmod go-w FILE`, of folders too.',
    );
  if (facts.error !== undefined)
    tell.warn(
      'nginx.broken',
      'nginx cannot read its own configuration: its next start or reload fails.',
      facts.error,
      'Mend what it names, check with `nginx -t`.',
    );
  if (!facts.running)
    tell.warn(
      'nginx.not-running',
      'nginx is installed and does not run.',
      `nginx ${facts.version}`,
      'Start it: `systemctl start nginx`.',
    );
  if (facts.changedSinceLoad)
    tell.warn(
      'nginx.not-reloaded',
      'Files of nginx’s configuration are newer than what the running nginx has loaded: it may lead elsewhere than they say.',
      '',
      'Check with `nginx -t`, then `nginx -s reload`.',
    );
}

function doubted({ survey }: Environment, tell: Tell): void {
  for (const doubt of survey.doubts ?? []) {
    tell.warn(
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

function certificates({ survey }: Environment, tell: Tell): void {
  for (const { file, expires, error } of survey.certificates) {
    if (expires === null) {
      tell.info(
        'certificate.unreadable',
        `When ${file} expires could not be read.`,
        error ?? '',
        'Look at it by hand.',
      );
      continue;
    }
    const days = Math.floor((expires - survey.system.now) / day);
    if (days >= soonDays) continue;
    const when = new Date(expires * 1000).toISOString().slice(0, 10);
    tell.warn(
      days < 0 ? 'certificate.expired' : 'certificate.expires',
      days < 0
        ? `The certificate ${file} has expired: browsers refuse the site.`
        : `The certificate ${file} expires in ${days} days.`,
      `valid until ${when}`,
      'Renew it, and see what should have done so by itself (certbot’s timer, a cron line).',
    );
  }
}

function machine({ survey }: Environment, tell: Tell): void {
  for (const { mountedOn, sizeBytes, availableBytes } of survey.machine.disks) {
    if (availableBytes > sizeBytes * 0.1 || availableBytes > 50e9) continue;
    tell.warn(
      'disk.low',
      `Only ${formatBytes(availableBytes)} of ${formatBytes(sizeBytes)} are free on ${mountedOn}.`,
      mountedOn,
      'Make room: old logs, package caches, releases.',
    );
  }
  const { memoryAvailableBytes } = survey.system;
  const { memoryBytes } = survey.machine;
  if (memoryBytes > 0 && memoryAvailableBytes < memoryBytes * 0.05)
    tell.warn(
      'memory.low',
      `Only ${formatBytes(memoryAvailableBytes)} of ${formatBytes(memoryBytes)} of memory are available.`,
      '',
      'See what takes it: `ps aux --sort -rss | head`.',
    );
}
