import type { SurveyInput, SurveyResult } from '../../domain/environment/survey.js';
import { readSurvey } from '../../host/facts/survey.js';
import { probe } from '../../host/proof/probe.js';
import { compareWithLive } from '../../host/staging/compare-with-live.js';
import { manifestLines } from '../../host/staging/manifest-lines.js';
import type { HostSession } from '../../host/types.js';
import { artifactManifest } from '../staging/artifact.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Dependencies, Step } from '../runtime/dependencies.js';

const askMs = 10_000;
const hostOnlyLimit = 500;

/** Looks at a whole server. Harmless. */
export const survey: Step<'survey'> = (dependencies) => async (input) => {
  const signal = cancelSignal();
  const session = await dependencies.hosts.session(input.reach);
  progress({ text: 'reading the server' });
  const found = await readSurvey(session, input, signal);
  const [hostOnly, answers] = await Promise.all([
    filesOnHostOnly(session, dependencies, input, signal),
    answersOf(session, input, signal),
  ]);
  return { survey: found, hostOnly, answers };
};

async function filesOnHostOnly(
  session: HostSession,
  { artifacts }: Dependencies,
  { path, artifact }: SurveyInput,
  signal: AbortSignal,
): Promise<SurveyResult['hostOnly']> {
  if (path === undefined || artifact === undefined) return [];
  const { entries } = await artifactManifest(artifacts, artifact);
  const nothing = { path, shared: [], discard: [] };
  const { hostOnly } = await compareWithLive(session, nothing, manifestLines(entries).text, signal);
  return hostOnly.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, hostOnlyLimit);
}

async function answersOf(
  session: HostSession,
  { ask }: SurveyInput,
  signal: AbortSignal,
): Promise<SurveyResult['answers']> {
  if (ask === undefined) return [];
  const { bind, name, pages } = ask;
  return Promise.all(
    pages.map(async (page) => {
      const options = { timeoutMs: askMs, hostHeader: name, signal };
      const { status } = await probe(session, { ...bind, from: 'belay init' }, page, options);
      return { page, status };
    }),
  );
}
