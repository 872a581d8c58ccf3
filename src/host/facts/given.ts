import { randomBytes } from 'node:crypto';
import type { Had } from '../../domain/plan/measured.js';
import { fields } from '../fields.js';
import type { HostSession } from '../types.js';
import { takeApart } from './sections.js';
import { givenOf, variablesOf } from './variables.js';

/** Enough to know what a server with its workers has. */
const mostProcesses = 20;

/** Reads what processes were given by whatever started them; one that ended meanwhile has nothing. */
export async function readGiven(
  session: HostSession,
  pids: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, Had>> {
  const nonce = randomBytes(16).toString('hex');
  const asked = pids.slice(0, mostProcesses);
  const { stdout } = await session.run('process-given', [fields({ nonce, pids: asked.map(String) })], {
    timeoutMs: 20_000,
    signal,
  });
  const sections = takeApart(stdout, nonce);
  return new Map(
    asked.map((pid) => {
      const program = sections
        .find(({ name, rest }) => name === 'program' && rest === String(pid))
        ?.body.split('\n')[0];
      const { variables } = variablesOf(pid, sections);
      // A process that wrote its title over them has none that are known.
      const isKnown = variables !== undefined && variables.length > 0;
      const had: Had = {
        ...(isKnown && { variables }),
        given: givenOf(pid, sections).given ?? [],
        ...(program !== undefined && program !== '' && { program }),
      };
      return [pid, had];
    }),
  );
}
