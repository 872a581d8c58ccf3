import type { Environment } from '../domain/environment/environment.js';
import type { NginxServer } from '../domain/facts/facts.js';
import { filesOf } from '../domain/nginx/site/files.js';
import { isDormant } from './commands.js';
import type { Decided, Known } from './decision.js';
import type { Framework } from './framework.js';
import type { Place } from './places.js';
import { pageOfFiles } from './pages.js';

/** What such a source is made with has a server of its own. */
const withServer: readonly Framework['kind'][] = ['procfile', 'django', 'fastapi', 'flask'];

/**
 * The server of nginx whose root lies in the place, where nothing of it runs or would: a static site, or a front end that was built.
 * null: it is an app with a process.
 */
export function filesAlone(
  { survey }: Environment,
  { path, services }: Place,
  { kind }: Framework,
): NginxServer | null {
  const runs = services.length > 0 || survey.units.some((unit) => isDormant(unit, path));
  return runs || withServer.includes(kind) ? null : filesOf(survey.nginx, path);
}

/** The settings of files that a server of nginx serves. */
export function settleFiles(path: Known<string>, server: NginxServer): Decided {
  return {
    path,
    kind: { value: 'files', from: `nginx, ${server.where}: its root lies there, and nothing of it runs` },
    run: null,
    user: null,
    stays: null,
    keptBy: null,
    site: null,
    port: null,
    envFile: null,
    external: pageOfFiles(server),
    visitors: null,
    bind: null,
    name: null,
    variables: [],
  };
}
