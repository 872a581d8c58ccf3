import type { ChangeInput } from '../../domain/runbook/activities.js';
import { change } from '../../host/door/door.js';
import type { HostSession } from '../../host/types.js';
import { fields } from '../../host/fields.js';
import { changeFields } from '../change/make-change.js';

const limitMs = 60_000;
const quotedLines = 12;
const quotedCharacters = 1200;

/** What a command came to: one line of evidence, or what is wrong and the end of its output. */
export type CommandResult = { evidence: string } | { fault: string; output: string };

/**
 * Runs one of `verify.commands` in the active release, as the app's user. What it does nobody knows, so it goes through the
 * door: it runs once in a deployment, and not at all for one that no longer holds the host.
 * @param index tells its entry in the journal from the others'
 */
export async function runCommand(
  session: HostSession,
  input: ChangeInput,
  { command, index, signal }: { command: string; index: number; signal: AbortSignal },
): Promise<CommandResult> {
  const { app, number, deployment } = input;
  const started = performance.now();
  const { exit, output } = await change(session, {
    path: app.path,
    number,
    deployment,
    op: `verify-command-${index}`,
    script: 'verify-command',
    args: [fields({ ...changeFields(input), command })],
    rerun: 'never',
    timeoutMs: limitMs,
    signal,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (exit === 0) return { evidence: `\`${command}\` → exit status 0 in ${seconds} s` };
  const how = exit === 124 ? `was ended after ${limitMs / 1000} s` : `ended with exit status ${exit}`;
  return {
    fault: `\`${command}\` was expected to end with exit status 0; it ${how}`,
    output: output.trimEnd().split('\n').slice(-quotedLines).join('\n').slice(-quotedCharacters),
  };
}
