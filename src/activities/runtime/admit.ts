import { isNamed } from '../../artifact/named-sources.js';
import { ownPath } from '../../artifact/own-path.js';
import type { Target } from '../../domain/app/app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { faultOf, unwrapped } from '../../domain/runbook/seal.js';
import { sourcesUsed, type NamesSources, type Source } from '../../domain/app/sources.js';
import { HostError } from '../../host/types.js';

/** As much of a step's input as its worker's own machine is led by. */
type Input = NamesSources & Partial<Pick<Target, 'release'>> & { artifact?: string };

/**
 * A step that refuses, before it does anything, an input that would lead it astray on the worker's own machine: whoever
 * reaches Temporal can write one.
 * @param location of the artifact store
 */
export function admitting<Output>(
  location: string,
  step: (input: unknown) => Promise<Output>,
): (input: unknown) => Promise<Output> {
  return async (given) => {
    const { value: input, seal } = unwrapped(given);
    const fault = seal && faultOf(seal);
    if (fault) throw new HostError(failureTypes.unsealed, `the step does nothing with its input: ${fault}`);
    const named = (input ?? {}) as Input;
    expectNames(named);
    for (const source of sourcesUsed(named)) await expectOwn(location, source);
    return step(input);
  };
}

/** Both become parts of paths here. */
function expectNames({ release, artifact }: Input): void {
  if (artifact !== undefined && !/^(?:[0-9a-f]{64})?$/.test(artifact))
    throw refusal(`expected the digest of an artifact, got ${JSON.stringify(artifact)}`);
  if (release !== undefined && !/^(?:\w[\w.-]*)?$/.test(release))
    throw refusal(`expected the name of a release, got ${JSON.stringify(release)}`);
}

async function expectOwn(location: string, source: Source): Promise<void> {
  const { name, what, files } = source;
  try {
    if (!isOfEnvironment(source) && !(await isNamed(location, source))) {
      throw refusal(
        `${name} is named in Temporal as ${what}, and not by the worker’s own user, for whoever reaches Temporal can write ` +
          `that. To have it used, run the command that names it anew as uid ${process.getuid?.() ?? 'unknown'}, whose artifact ` +
          `store ${location} is (belay deploy, plan, notify, or monitor on for a health watch)`,
      );
    }
    for (const file of files) await ownPath(file);
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw refusal(`${name}, ${what}, is not used: ${(error as Error).message}`, error);
  }
}

/** What the worker itself was started with. */
function isOfEnvironment({ files: [file], what }: Source): boolean {
  if (file === undefined || what === 'a channel') return false;
  return [process.env['BELAY_SSH_CONFIG'], process.env['BELAY_CA_FILE']].includes(file);
}

function refusal(message: string, cause?: unknown): HostError {
  return new HostError(failureTypes.notOwn, message, { cause });
}
