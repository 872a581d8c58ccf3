import { randomBytes } from 'node:crypto';
import type { App } from '../../domain/app/app.js';
import type { Facts } from '../../domain/facts/facts.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { belayFolder, unitName } from '../../domain/app/release.js';
import type { LooksFor } from '../../domain/keepers/kinds/kind.js';
import { releaseKeeper } from '../../domain/keepers/kinds/of-app.js';
import { namesPath, namesPort } from '../../domain/keepers/touches.js';
import { fields, type Fields } from '../fields.js';
import { HostError, type HostSession } from '../types.js';
import { redact } from '../../domain/secrets/text.js';
import { isPm2Startup } from '../../domain/keepers/pm2-home.js';
import { accessFacts } from './access.js';
import { appFacts } from './app.js';
import { atJobs } from './keepers/at.js';
import { certificateFacts } from './certificates.js';
import { containerFacts } from './machine.js';
import { supervisorFacts } from './keepers/supervisor.js';
import { sleeperFacts } from './keepers/sleepers.js';
import { userUnits } from './keepers/user-units.js';
import { cronFacts, timerRuns } from './keepers/cron.js';
import { believable, doubtFacts } from './doubts.js';
import type { Footing } from '../../domain/facts/footing.js';
import { footingFacts } from './footing.js';
import { nginxFacts } from './nginx/nginx.js';
import { pm2Facts } from './keepers/pm2.js';
import { processFacts } from './processes.js';
import { incompleteFacts, takeApart, type Incomplete, type Section, type Unreadable } from './sections.js';
import { listenerFacts } from './sockets.js';
import { bootTime, diskFacts, lackOfRights, systemFacts, toolFacts } from './system.js';
import { unitFacts } from './keepers/units.js';

/** What is looked at: an app's path on the host, and belay's unit for it. */
export interface Subject {
  /** Absolute. */
  path: string;
  unit: string;
  /** Somebody's own unit that keeps the app. */
  ownUnit?: string;
  /** What is read besides for what shall keep the app. */
  looksFor?: LooksFor;
  /** The user that belay.yml names. */
  user?: string;
  /** The port that belay.yml names; nginx's own are looked at anyway. */
  port?: number;
}

/** What is looked at for an app. */
export function subjectOf(app: App): Subject {
  return {
    path: app.path,
    unit: unitName(app),
    ownUnit: app.unit,
    looksFor: releaseKeeper(app).looksFor,
    user: app.user,
    port: app.port === 'auto' ? undefined : app.port,
  };
}

const timeoutMs = 60_000;

/**
 * Reads a host's facts in one round trip; nothing is changed and nothing is started there.
 *
 * @throws HostError where the connection fails, or the script ended before its end. Whatever it could not read, or what
 * came in no known form, is an entry in `unreadable`.
 */
export async function readFacts(
  session: HostSession,
  subject: Subject,
  signal?: AbortSignal,
): Promise<Facts> {
  return (await readHost(session, subject, signal)).facts;
}

/** The same, and what they rest on. @throws as `readFacts` */
export async function readHost(
  session: HostSession,
  subject: Subject,
  signal?: AbortSignal,
): Promise<{ facts: Facts; footing?: Footing }> {
  const { path, unit, ownUnit, looksFor, user = '', port } = subject;
  const asked = {
    path,
    belay: belayFolder(path),
    user,
    unit: ownUnit === undefined ? unit : [unit, ownUnit],
    port,
    startedBy: looksFor?.startedBy,
    homeFolder: looksFor?.homeFolder,
  };
  const sections = await askSections(session, 'inspect', asked, signal);
  const facts = factsOf(sections, subject);
  return { facts, ...footingFacts(sections, facts) };
}

/**
 * Runs a script that prints sections.
 * @param asked what it is told besides the nonce by which they are known
 *
 * @throws HostError where the connection fails, or the script ended before its end
 */
export async function askSections(
  session: HostSession,
  script: string,
  asked: Fields,
  signal?: AbortSignal,
): Promise<Section[]> {
  const nonce = `belay-${randomBytes(16).toString('hex')}`;
  const { code, stdout, stderr, truncated } = await session.run(script, [fields({ nonce, ...asked })], {
    timeoutMs,
    signal,
  });
  const sections = takeApart(stdout, nonce);
  if (sections.at(-1)?.name !== 'end') {
    const came = truncated ? 'more than 8 MiB came' : `it ended with exit status ${code}`;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    throw new HostError(
      failureTypes.commandFailed,
      `${session.alias}: the facts did not arrive whole: ${came}${last === '' ? '' : ` (${last})`}. ` +
        'The host needs a POSIX shell, coreutils, awk, sed, grep and find.',
    );
  }
  return sections;
}

/** Facts from the sections that inspect.sh printed, whatever bytes they hold. */
export function factsOf(sections: readonly Section[], { path, port }: Subject): Facts {
  const unreadable: Unreadable = [];
  const incomplete: Incomplete = [];
  const belay = belayFolder(path);
  const system = systemFacts(sections, unreadable);
  unreadable.push(...lackOfRights(system));
  const app = appFacts(sections, path, belay, unreadable);
  const processes = processFacts(sections, system.bootId);
  const clock = { booted: bootTime(sections), now: system.now, clockTicks: system.clockTicks };
  const nginx = nginxFacts(sections, believable(processes, system), clock, unreadable);
  const backends = (nginx?.servers ?? []).flatMap(({ locations }) =>
    locations.flatMap((location) => location.backends),
  );
  const sockets = new Set(backends.flatMap((backend) => (backend.kind === 'unix' ? [backend.path] : [])));
  const ports = new Set(backends.flatMap((backend) => (backend.kind === 'tcp' ? [backend.port] : [])));
  if (port !== undefined) ports.add(port);
  const aboutApp = (text: string) =>
    namesPath(text, path) ||
    namesPath(text, app.realPath) ||
    [...ports].some((number) => namesPort(text, number));
  return {
    system,
    tools: toolFacts(sections),
    disk: diskFacts(sections, unreadable),
    app,
    listeners: listenerFacts(
      sections,
      (socket) => sockets.has(socket) || namesPath(socket, path),
      unreadable,
    ),
    processes,
    nginx,
    pm2: pm2Facts(sections, unreadable, incomplete),
    supervisors: supervisorFacts(sections, unreadable, incomplete),
    containers: containerFacts(sections),
    certificates: certificateFacts(sections),
    ...accessFacts(sections),
    ...doubtFacts(sections),
    cron: cronFacts(sections, (text) => aboutApp(text) || isPm2Startup(text), incomplete),
    at: atJobs(sections, incomplete).filter(({ folder, command }) => aboutApp(`${folder} ${command}`)),
    userUnits: userUnits(sections),
    ...sleeperFacts(sections, aboutApp, incomplete),
    units: unitFacts(sections, unreadable).map((unit) => {
      const runs = timerRuns(unit.unit, sections, aboutApp);
      return runs.length === 0 ? unit : { ...unit, runs };
    }),
    ...incompleteFacts(sections, incomplete),
    unreadable: withoutSecrets(unreadable),
  };
}

/** What came in no known form is quoted, and may hold anything. */
export function withoutSecrets(unreadable: Unreadable): Unreadable {
  return unreadable.map(({ fact, why }) => ({ fact, why: redact(why) }));
}
