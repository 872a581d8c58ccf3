import type { SurveyInput, SurveyResult } from '../../domain/environment/survey.js';
import { pageInside, type Visited } from '../../domain/environment/visited.js';
import { readVisited } from '../../host/facts/visited.js';
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
  const visited =
    input.visitors === undefined ? undefined : await readVisited(session, input.visitors, signal);
  const [hostOnly, answers] = await Promise.all([
    filesOnHostOnly(session, dependencies, input, signal),
    answersOf(session, input, visited, signal),
  ]);
  return { survey: found, hostOnly, answers, ...(visited && { visited }) };
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
  { ask, visitors }: SurveyInput,
  visited: Visited | undefined,
  signal: AbortSignal,
): Promise<SurveyResult['answers']> {
  if (ask === undefined) return [];
  const { bind, name, pages } = ask;
  const theirs = (visited?.pages ?? []).flatMap((page) =>
    visitors === undefined ? [] : (pageInside(visitors, page) ?? []),
  );
  return Promise.all(
    [...new Set([...pages, ...theirs])].map(async (page) => {
      const options = { timeoutMs: askMs, hostHeader: name, signal };
      const { status } = await probe(session, { ...bind, from: 'belay init' }, page, options);
      return { page, status };
    }),
  );
}
