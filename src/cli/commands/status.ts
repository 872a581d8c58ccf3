import { speechOf } from '../output/speech.js';
import { messageText } from '../../history/message-text.js';
import { readDeployment } from '../temporal/history.js';
import { conclude } from '../temporal/conclude.js';
import type { Io } from '../terminal/io.js';
import { endedStep, openStep } from '../output/step.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { withTemporal } from '../temporal/connection.js';

export interface StatusOptions extends IdOptions {
  json?: boolean;
}

/** `belay status`: how a deployment stands. The exit code is the one that it came to, 8 while it goes on. */
export async function status(id: string | undefined, options: StatusOptions, io: Io): Promise<number> {
  return withTemporal(io, 'read', async (client) => {
    const view = await readDeployment(client, await resolveId(client, io, id, options));
    if (!options.json) {
      const colors = io.colors.stdout;
      const speech = speechOf(io);
      const steps = view.steps.flatMap((step) =>
        step.endedAt === null
          ? openStep(step, '…', Date.now(), colors, Infinity, speech)
          : endedStep(step, colors, speech),
      );
      const messages = view.messages.map((message) => `» ${messageText(message, speech.words)}`);
      io.stdout([...steps, ...messages, ''].join('\n'));
    }
    return conclude(view, options, io, id);
  });
}
