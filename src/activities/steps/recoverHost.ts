import { failureTypes } from '../../domain/runbook/failure.js';
import { freeHost, takeHostBack } from '../../host/door/fence.js';
import { fields } from '../../host/fields.js';
import { HostError } from '../../host/types.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { wayBackPrograms } from '../change/way-back-files.js';

// Four steps of the way back, ten minutes each at most, and what is waited for before them.
const timeoutMs = 45 * 60_000;
const keptCharacters = 4000;

/** Has the host take the way back of a deployment that nobody goes on with, by the program that lies on the host. */
export const recoverHost: Step<'recoverHost'> =
  ({ hosts }) =>
  async ({ app, reach, unfinished, startedBy }) => {
    const session = await hosts.session(reach);
    const { path } = app;
    const by = `belay recover by ${startedBy}`;
    const { code, stdout, stderr } = await session.run(
      'recover-host',
      [
        fields({
          path,
          deployment: unfinished,
          who: by,
          why: `deployment ${unfinished} did not end by itself`,
        }),
      ],
      { input: await wayBackPrograms(), timeoutMs, signal: cancelSignal() },
    );
    const [, folder = '', output = stdout] = /^folder (.*)\n([^]*)$/.exec(stdout) ?? [];
    const said = [output.trim(), stderr.trim()].filter((text) => text !== '').join('\n');
    switch (code) {
      case 0:
        return { changed: true, output: said.slice(-keptCharacters) };
      case 3:
      case 5: {
        const { number } = await takeHostBack(session, { path, deployment: unfinished, by });
        await freeHost(session, { path, number });
        const how = code === 3 ? 'had changed nothing yet' : 'had committed its release, which stays';
        return { changed: false, output: `${unfinished} ${how}` };
      }
      default:
        throw new HostError(
          failureTypes.commandFailed,
          `The last good release could not be put back on ${session.alias} (exit status ${code}):\n${said.slice(-keptCharacters)}\n` +
            `What is kept of it is in ${folder}/backup, what was done in ${folder}/journal. Mend what is named, then: belay recover`,
        );
    }
  };
