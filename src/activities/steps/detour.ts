import type { Led } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { belayFolder } from '../../domain/app/release.js';
import { believable } from '../../host/facts/doubts.js';
import { nginxFacts } from '../../host/facts/nginx.js';
import { processFacts } from '../../host/facts/processes.js';
import { askSections } from '../../host/facts/read.js';
import type { Section } from '../../host/facts/sections.js';
import { bootTime, systemFacts } from '../../host/facts/system.js';
import { counted } from '../../host/door/counted.js';
import { bindFields, bindName } from '../../host/keepers/bind-name.js';
import { HostError } from '../../host/types.js';
import { bindOf, makeChange } from '../change/make-change.js';
import { exchangeOf, isLed, type Exchange } from '../detour/exchange.js';
import { answerThroughGates } from '../detour/lead-back.js';
import { seenThere } from '../detour/seen-there.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** The release answered there a moment ago, and nginx's new workers are there: what is wrong now stays wrong, for visitors too. */
const firstAnswersMs = 3_000;

/**
 * Leads nginx to where the rehearsed release serves, all places at once, and sees that its new workers find it there. The
 * old version goes on at its own address.
 */
export const detour: Step<'detour'> =
  ({ hosts }) =>
  async (input) => {
    const { app, spare } = input;
    const session = await hosts.session(input.reach);
    progress({ text: 'nginx’s files' });
    const asked = { path: app.path, belay: belayFolder(app.path) };
    const sections = await askSections(session, 'nginx-look', asked, cancelSignal());
    // After an attempt that was cut off: the host's journal knows what came of it.
    const exchange = isLed(sections, spare) ? undefined : judged(input, sections);
    progress({ text: `nginx to ${bindName(spare)}` });
    const spareFields = bindFields(spare);
    await makeChange(hosts, 'detour', input, {
      script: 'detour',
      fields: { spareKind: spareFields.bindKind, spareWhere: spareFields.bindWhere },
      input: exchange && partsOf(exchange),
      minutes: 2,
      remedy:
        'The old version goes on serving. Mend what is named, or set `strategy: restart`, and deploy again.',
    });
    const places = exchange === undefined ? '' : `, by ${exchange.files.map(({ path }) => path).join(', ')}`;
    const led = `nginx leads to ${bindName(spare)}${places}; its new workers take the requests`;
    const answers = await answerThroughGates(session, input, firstAnswersMs);
    const { front } = input.plan;
    const seen = front === undefined ? [] : await seenThere(session, front, spare, cancelSignal());
    return { evidence: [led, ...answers, ...seen] };
  };

/** @throws HostError Configuration where nginx cannot be led elsewhere for certain, as it is now */
function judged(input: Led, sections: readonly Section[]): Exchange {
  const system = systemFacts(sections, []);
  const processes = believable(processFacts(sections, system.bootId), system);
  const clock = { booted: bootTime(sections), now: system.now, clockTicks: system.clockTicks };
  const nginx = nginxFacts(sections, processes, clock, []);
  const exchange = exchangeOf(sections, bindOf(input), input.spare);
  const why =
    nginx === null || !nginx.running
      ? 'nginx does not run any more'
      : (nginx.strange ??
        nginx.error ??
        nginx.incomplete ??
        (nginx.changedSinceLoad
          ? 'files of its configuration were changed and nginx has not loaded them yet; a reload would publish that'
          : typeof exchange === 'string'
            ? exchange
            : undefined));
  if (why === undefined && typeof exchange !== 'string') return exchange;
  throw new HostError(
    failureTypes.configuration,
    `${input.reach.alias}: nginx cannot be led to the release: ${why ?? ''}. Nothing was touched; mend that and deploy again, or set \`strategy: restart\`.`,
  );
}

function partsOf({ nginx, files, pairs }: Exchange): string {
  const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  // Longer ones first: a shorter one may be a part of them.
  const sorted = [...pairs].sort(([a], [b]) => b.length - a.length);
  const parts: [string, string][] = [
    ['nginx', nginx],
    ['pairs', lines(sorted.map((pair) => pair.join(' ')))],
    ['files', lines(files.map(({ path }) => path))],
    ['sums', lines(files.map(({ sum }) => sum))],
    ...files.map(({ text }, index): [string, string] => [String(index), text]),
  ];
  return parts.map(([name, text]) => `${name} ${counted(text)}`).join('');
}
