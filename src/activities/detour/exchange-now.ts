import type { ChangeInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { newerText } from '../../domain/nginx/site/newer-text.js';
import type { Bind } from '../../domain/app/address.js';
import { believable } from '../../host/facts/doubts.js';
import { nginxFacts } from '../../host/facts/nginx/nginx.js';
import { processFacts } from '../../host/facts/processes.js';
import type { Section } from '../../host/facts/sections.js';
import { bootTime, systemFacts } from '../../host/facts/system.js';
import { counted } from '../../host/door/counted.js';
import { HostError } from '../../host/types.js';
import { bindOf } from '../change/make-change.js';
import { exchangeOf, type Exchange } from './exchange.js';

/** @throws HostError Configuration where nginx cannot be led elsewhere for certain, as it is now */
export function exchangeNow(
  input: ChangeInput,
  sections: readonly Section[],
  spare: Bind,
  line?: string,
): Exchange {
  const system = systemFacts(sections, []);
  const processes = believable(processFacts(sections, system.bootId), system);
  const clock = { booted: bootTime(sections), now: system.now, clockTicks: system.clockTicks };
  const nginx = nginxFacts(sections, processes, clock, []);
  const exchange = exchangeOf(sections, bindOf(input), spare, line);
  const why =
    nginx === null || !nginx.running
      ? 'nginx does not run any more'
      : (nginx.strange ??
        nginx.error ??
        nginx.incomplete ??
        (nginx.changedSinceLoad
          ? `${newerText(nginx)} newer than what nginx has loaded; a reload would publish that`
          : typeof exchange === 'string'
            ? exchange
            : undefined));
  if (why === undefined && typeof exchange !== 'string') return exchange;
  throw new HostError(
    failureTypes.configuration,
    `${input.reach.alias}: nginx cannot be led elsewhere: ${why ?? ''}. Nothing was touched; mend that and deploy again, or set \`strategy: restart\`.`,
  );
}

/** As detour.sh reads them from stdin. @param server what nginx is to serve besides */
export function partsOf({ nginx, files, pairs, line }: Exchange, server?: string): string {
  const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  // Longer ones first: a shorter one may be a part of them.
  const sorted = [...pairs].sort(([a], [b]) => b.length - a.length);
  const parts: [string, string][] = [
    ['nginx', nginx],
    ['pairs', lines(sorted.map((pair) => pair.join(' ')))],
    ['files', lines(files.map(({ path }) => path))],
    ['sums', lines(files.map(({ sum }) => sum))],
    ...(line === undefined ? [] : [['line', `${line}\n`] satisfies [string, string]]),
    ...(server === undefined ? [] : [['server', server] satisfies [string, string]]),
    ...files.map(({ text }, index): [string, string] => [String(index), text]),
  ];
  return parts.map(([name, text]) => `${name} ${counted(text)}`).join('');
}
