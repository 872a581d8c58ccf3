import type { ChangeInput } from '../../domain/runbook/activities.js';
import { wayBackLines, wayBackScripts } from '../../domain/runbook/way-back.js';
import { visitorsPageName, visitorsPages, type VisitorsPage } from '../../domain/nginx/gates/visitor.js';
import { counted } from '../../host/door/counted.js';
import { fields } from '../../host/fields.js';
import { loadScript } from '../../host/scripts.js';
import { changeFields, userOf } from './make-change.js';

/** What walks the list, and what it ends with. */
const besides = ['recover', 'door', 'runner', 'fence', 'settle', 'visitors'];

/** A step of the host's own has less time than one of a deployment (recover.sh). */
const mostDrainSeconds = 300;

/**
 * The programs with which a host takes the way back by itself (recover.sh), and the list of its undos, as recover-host.sh reads
 * them from stdin.
 */
export async function wayBackPrograms(): Promise<string> {
  const names = [...besides, ...wayBackScripts()];
  const files = names.map(async (name): Promise<[string, string]> => [name, await loadScript(name)]);
  return [...(await Promise.all(files)), ['undos', wayBackLines()] as const].map(named).join('');
}

/** The same with what they have to know of this deployment, as back-up.sh reads them from stdin. */
export async function wayBackFiles(input: ChangeInput): Promise<string> {
  const told = {
    ...changeFields(input),
    drain: Math.min(input.app.drainSeconds ?? 0, mostDrainSeconds),
    outcome: 'failed',
  };
  const texts: [string, string][] = [
    ['told', fields(told)],
    ...visitorsAsk(input),
    // Going back is kept from by nothing.
    ...(input.plan.artifact === '' ? [] : [['runs-as', `${userOf(input)}\n`] satisfies [string, string]]),
  ];
  return (await wayBackPrograms()) + texts.map(named).join('');
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
  return lines.length === 0 ? [] : [['ask', `${lines.join('\n')}\n`]];
}

function named([name, text]: readonly [string, string]): string {
  return `${name} ${counted(text)}`;
}
