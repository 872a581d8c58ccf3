import { belayFolder } from '../../domain/app/release.js';
import { askSections } from '../../host/facts/read.js';
import { bindFields, bindName } from '../../host/keepers/bind-name.js';
import { makeChange } from '../change/make-change.js';
import { isLed } from '../detour/exchange.js';
import { exchangeNow, partsOf } from '../detour/exchange-now.js';
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
    const exchange = isLed(sections, spare) ? undefined : exchangeNow(input, sections, spare);
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
