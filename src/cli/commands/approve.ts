import { speechOf } from '../output/speech.js';
import { signalNames } from '../../domain/runbook/messages.js';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { shortDigest } from '../../history/text.js';
import { readDeployment } from '../temporal/history.js';
import type { Io } from '../terminal/io.js';
import { planText } from '../output/plan.js';
import { shortId } from '../output/say.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { signalAndSay } from '../temporal/signal.js';
import { withTemporal } from '../temporal/connection.js';
import { UserError } from '../terminal/user-error.js';

export interface ApproveOptions extends IdOptions {
  plan?: string;
}

/** `belay approve`: approves the plan with this digest; without one it shows the plan and asks. */
export async function approve(id: string | undefined, options: ApproveOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    const digest = options.plan ?? (await shownAndAgreed());
    return signalAndSay(client, run, signalNames.approve, { plan: digest }, io);

    async function shownAndAgreed(): Promise<string> {
      const view = await readDeployment(client, run);
      const speech = speechOf(io);
      const { ask } = speech;
      if (view.plan === null || view.state !== 'awaiting-approval') {
        throw new UserError(ask.noPlan(shortId(view), view.state), exitCodes.refused);
      }
      const short = shortDigest(view.plan.digest);
      if (!io.interactive) {
        throw new UserError(ask.nameIt(`belay approve ${shortId(view)} --plan ${short}`));
      }
      io.stderr(`${planText(view.plan, view.app, io.colors.stderr, speech).join('\n')}\n`);
      const answer = (await io.ask(ask.approve(short)))?.trim().toLowerCase();
      if (answer === 'y' || answer === 'yes') return view.plan.digest;
      throw new UserError(ask.notApproved, exitCodes.refused);
    }
  });
}
