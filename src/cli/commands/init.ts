import { access, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { parseConfig } from '../../config/load.js';
import { pageInside } from '../../domain/environment/visited.js';
import { environmentOf } from '../../domain/environment/environment.js';
import type { SurveyInput, SurveyResult } from '../../domain/environment/survey.js';
import { count } from '../../history/text.js';
import { belayYml, type Draft } from '../../init/belay-yml.js';
import { decide } from '../../init/decide.js';
import type { Decided, Decision, Said } from '../../init/decision.js';
import { detectFramework, type Framework } from '../../init/framework.js';
import { leftOut } from '../../init/left-out.js';
import { judgeHostOnly } from '../../init/shared.js';
import { appName, readsPort, type SourceView } from '../../init/source.js';
import { reachOf } from '../input/app.js';
import { choiceOf, questionText } from '../terminal/choose.js';
import type { Io } from '../terminal/io.js';
import { draftText } from '../output/draft.js';
import { packFolder } from '../input/pack.js';
import { gitIgnores, sourceView } from '../input/source-view.js';
import { sshHosts } from '../input/ssh-hosts.js';
import { surveyHost } from '../temporal/look.js';
import { withTemporal } from '../temporal/connection.js';
import { UserError } from '../terminal/user-error.js';
import { userAtMachine } from '../input/user.js';

export interface InitOptions extends Said {
  config?: string;
  sshConfig?: string;
}

/** `belay init [HOST]`: writes belay.yml from what is found here and on the server. */
export async function init(host: string | undefined, options: InitOptions, io: Io): Promise<number> {
  const file = resolve(io.cwd, options.config ?? 'belay.yml');
  const folder = dirname(file);
  await refuseExisting(file);
  const alias = host ?? (await onlyHost(options, io));
  const look = { reach: reachOf(alias, options, io), startedBy: userAtMachine() };
  const packed = await packFolder({ source: folder }, io);
  const source = await sourceView(packed, folder);
  const here: Here = {
    source,
    framework: detectFramework(source),
    artifact: packed.manifest.digest,
    isIgnored: await gitIgnores(folder),
  };
  const draft = await withTemporal(io, 'run', (client) => drafted(client, look, here, options, io));
  const text = belayYml(draft);
  parseConfig(text, file);
  // Whatever was put there meanwhile is somebody's.
  await writeFile(file, text, { flag: 'wx' }).catch(async (error: unknown) => {
    await refuseExisting(file);
    throw error;
  });
  const written = [file, ...(await writeIgnored(folder, draft.leftOut))];
  const names = written.map((one) => relative(io.cwd, one) || basename(one)).join(' and ');
  io.stdout(draftText(draft, here.framework, names, io.colors.stdout));
  return 0;
}

/** One that is there says already what is deployed. @returns the file that was written */
async function writeIgnored(folder: string, lines: readonly string[]): Promise<string[]> {
  const file = join(folder, '.belayignore');
  const text = `# Not deployed: what is for those who work on the source.\n${lines.join('\n')}\n`;
  return writeFile(file, text, { flag: 'wx' }).then(
    () => [file],
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return [];
      throw error;
    },
  );
}

async function refuseExisting(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) return;
  throw new UserError(
    `${file} is there already, and init never overwrites: move it away, or give another name with --config`,
  );
}

async function onlyHost(options: InitOptions, io: Io): Promise<string> {
  const named = options.sshConfig ?? (io.env['BELAY_SSH_CONFIG'] || undefined);
  const hosts = await sshHosts(named === undefined ? undefined : resolve(io.cwd, named));
  const [only, ...others] = hosts;
  if (only !== undefined && others.length === 0) return only;
  const found = hosts.length === 0 ? 'no host' : count(hosts.length, 'host');
  return choiceOf(
    {
      text: `which server? ${named ?? '~/.ssh/config'} names ${found}`,
      choices: hosts.slice(0, 30).map((value) => ({ value, why: '' })),
      how: 'name it: belay init HOST',
    },
    io,
  );
}

/** The source, and what was made of it. */
interface Here {
  source: SourceView;
  framework: Framework;
  /** Digest of the packed source. */
  artifact: string;
  isIgnored: (path: string) => boolean;
}

/** Looks at the server twice: first at all of it, then at the app's folder. */
async function drafted(
  client: Client,
  look: Pick<SurveyInput, 'reach' | 'startedBy'>,
  here: Here,
  options: InitOptions,
  io: Io,
): Promise<Draft> {
  const { alias } = look.reach;
  const { source, framework, artifact, isIgnored } = here;
  const own = appName(source);
  io.stderr(`looking at ${alias}\n`);
  const { survey } = await surveyHost(client, { ...look, folders: true }, io);
  const environment = environmentOf(survey, alias);
  const decided = await decidedWith((said) => decide(environment, source, framework, said, own), options, io);
  const path = decided.path.value;
  io.stderr(`looking at ${path} on ${alias}\n`);
  const visitors = decided.visitors ?? undefined;
  const closer = await surveyHost(client, { ...look, path, artifact, ask: pagesOf(decided), visitors }, io);
  return {
    name: decided.name ?? own,
    nameFrom: decided.name === null ? 'this source’s name' : 'belay deployed it under this name',
    host: alias,
    day: new Date(survey.system.now * 1000).toISOString().slice(0, 10),
    decided,
    hostOnly: judgeHostOnly(closer.hostOnly, isIgnored),
    leftOut: leftOut(source, environment, path),
    page: pageOf(closer.answers),
    visited: visitedOf(decided, closer),
    unread: [...(visitors?.unread ?? []), ...(closer.visited?.unread ?? [])],
    movable:
      (decided.stays?.isRehearsed === true && decided.stays.key !== 'unit') ||
      decided.run === null ||
      /\{(?:bind|port|socket)\}/.test(decided.run.value) ||
      readsPort(source),
  };
}

/** Asked of what runs now; the first that answers well is what a release is proved by. */
const pages = ['/', '/health', '/healthz', '/docs'];

function pagesOf({ bind, site }: Decided): SurveyInput['ask'] {
  return bind === null ? undefined : { bind, name: site?.value.split('/')[0] ?? 'localhost', pages };
}

/** More prove no more. */
const mostVisited = 4;

/** Those that the app answers well to somebody whom it does not know. */
function visitedOf({ visitors }: Decided, { visited, answers }: SurveyResult): Draft['visited'] {
  if (visitors === null || visited === undefined) return [];
  return visited.pages
    .flatMap((asked) => {
      const inside = pageInside(visitors, asked);
      const status = answers.find(({ page }) => page === inside)?.status ?? 0;
      return inside !== null && status >= 200 && status < 300 ? [{ asked, inside }] : [];
    })
    .slice(0, mostVisited);
}

function pageOf(answers: SurveyResult['answers']): Draft['page'] {
  const good = answers.find(({ page, status }) => pages.includes(page) && status !== null && status < 400);
  const { page, status } = good ?? answers[0] ?? { page: '/', status: null };
  return { path: page, status };
}

/** Asks as long as the evidence leaves something open. */
async function decidedWith(
  decideWith: (said: Said) => Decision,
  options: InitOptions,
  io: Io,
): Promise<Decided> {
  const said: Said = {
    path: options.path?.replace(/(?<=.)\/+$/, ''),
    site: options.site,
    run: options.run,
  };
  for (;;) {
    const decision = decideWith(said);
    if ('decided' in decision) return decision.decided;
    const { question } = decision;
    // Answered, and of no use.
    if (said[question.about] !== undefined) throw new UserError(questionText(question));
    said[question.about] = await choiceOf({ ...question, how: `say it with --${question.about}` }, io);
  }
}
