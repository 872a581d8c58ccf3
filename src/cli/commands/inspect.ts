import { environmentOf } from '../../domain/environment/environment.js';
import { narrowed } from '../../domain/environment/narrow.js';
import { surprises } from '../../domain/environment/surprises.js';
import { reachOf } from '../input/app.js';
import { printJson, type Io } from '../terminal/io.js';
import { environmentText } from '../output/environment/environment.js';
import { environmentMarkdown } from '../output/environment/markdown.js';
import { surveyHost } from '../temporal/look.js';
import { withTemporal } from '../temporal/connection.js';
import { UserError } from '../terminal/user-error.js';
import { userAtMachine } from '../input/user.js';

export interface InspectOptions {
  path?: string;
  json?: boolean;
  markdown?: boolean;
  sshConfig?: string;
}

/** `belay inspect HOST`: the server's environment document, for a terminal, as Markdown or as JSON. */
export async function inspect(host: string, options: InspectOptions, io: Io): Promise<number> {
  const path = options.path?.replace(/(?<=.)\/+$/, '');
  if (path !== undefined && !path.startsWith('/'))
    throw new UserError(`--path: expected an absolute path on the server such as /srv/words, got ${path}`);
  const reach = reachOf(host, options, io);
  const { survey } = await withTemporal(io, 'run', (client) =>
    surveyHost(client, { reach, startedBy: userAtMachine(), path }, io),
  );
  const whole = environmentOf(survey, host);
  const environment = path === undefined ? whole : narrowed(whole, path);
  const found = surprises(environment);
  if (options.json) printJson(io, { host, path: path ?? null, surprises: found, ...environment.survey });
  else if (options.markdown) io.stdout(environmentMarkdown(environment, found, path));
  else io.stdout(environmentText(environment, found, io.colors.stdout, path));
  return 0;
}
