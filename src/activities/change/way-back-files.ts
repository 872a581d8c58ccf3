import { spareUnit, unitName } from '../../domain/app/release.js';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import { loadScript } from '../../host/scripts.js';
import {
  bindArguments,
  bindOf,
  managerOfChange,
  oldReadySeconds,
  pm2Program,
  userOf,
} from './make-change.js';
import { visitorsPageName, visitorsPages, type VisitorsPage } from '../../domain/nginx/visitor.js';
import { counted } from '../../host/door/counted.js';

const scripts = [
  'recover',
  'door',
  'supervisor',
  'fence',
  'stop-new',
  'restore-files',
  'restore-topology',
  'start-old',
  'lead-back',
  'settle',
  'visitors',
];

/** A step of the host's own has less time than one of a deployment (recover.sh). */
const mostDrainSeconds = 300;

/** The programs with which a host takes the way back by itself (recover.sh), as recover-host.sh reads them from stdin. */
export async function wayBackPrograms(): Promise<string> {
  const files: [string, string][] = await Promise.all([
    ...scripts.map(async (name): Promise<[string, string]> => [name, await loadScript(name)]),
    pm2Program().then((text): [string, string] => ['pm2', text]),
  ]);
  return files.map(named).join('');
}

/** The same with what they have to know of this deployment, as back-up.sh reads them from stdin. */
export async function wayBackFiles(input: ChangeInput): Promise<string> {
  const [bindKind, bindWhere] = bindArguments(bindOf(input));
  const [manager = '', keeper = '', user = '', home = '', command = ''] =
    await managerOfChange(input).arguments();
  const values: [string, string][] = [
    ['release', input.release],
    ['seconds', String(oldReadySeconds)],
    ['bind-kind', bindKind],
    ['bind-where', bindWhere],
    ['manager', manager],
    ['keeper', keeper],
    ['keeper-user', user],
    ['keeper-home', home],
    ['keeper-command', command],
    ['spare', spareUnit(input.app)],
    ['drain', String(Math.min(input.app.drainSeconds ?? 0, mostDrainSeconds))],
    ...visitorsAsk(input),
    // Going back is kept from by nothing.
    ...(input.plan.artifact === '' ? [] : [['runs-as', userOf(input)] satisfies [string, string]]),
    ['watched', unitName(input.app)],
  ];
  const files = values.map(([name, value]) => named([name, `${value}\n`]));
  return (await wayBackPrograms()) + files.join('');
}

/** How the pages are called that visitors.sh asks for, in its order. */
export function visitorsPageNames(input: ChangeInput): string[] {
  const pages = visitorsPagesOf(input);
  return pages.map((page) => visitorsPageName(pages, page));
}

function visitorsPagesOf({ plan: { front, baseline } }: ChangeInput): VisitorsPage[] {
  return front === undefined ? [] : visitorsPages(front, baseline);
}

/** What visitors.sh asks for; nothing where there is no page that tells. */
function visitorsAsk(input: ChangeInput): [string, string][] {
  const lines = visitorsPagesOf(input).map(({ url, gate, before, known, metered }) =>
    [url, gate.address, gate.port, before, ...(known ? ['known'] : []), ...(metered ? ['metered'] : [])].join(
      ' ',
    ),
  );
  return lines.length === 0 ? [] : [['ask', lines.join('\n')]];
}

function named([name, text]: [string, string]): string {
  return `${name} ${counted(text)}`;
}
