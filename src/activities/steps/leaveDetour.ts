import { bindName } from '../../host/keepers/bind-name.js';
import { answerThroughGates, leadBack } from '../detour/lead-back.js';
import { bindOf } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Leads nginx back to the app's own address, where the release serves by now, and ends what served meanwhile. */
export const leaveDetour: Step<'leaveDetour'> =
  ({ hosts }) =>
  async (input) => {
    const said = await leadBack(hosts, 'leaveDetour', input);
    const gates = await answerThroughGates(await hosts.session(input.reach), input);
    return { evidence: [`nginx leads to ${bindName(bindOf(input))}`, ...said, ...gates] };
  };
