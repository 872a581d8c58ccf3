import { en } from '../../history/catalogue/en.js';
import { zh } from '../../history/catalogue/zh.js';
import { languageOf, type Language } from '../terminal/language.js';
import { reportHtml } from '../../history/report/html.js';
import { reportMarkdown } from '../../history/report/markdown.js';
import { readDeployment } from '../temporal/history.js';
import { printJson, type Io } from '../terminal/io.js';
import { reportJson } from '../output/outcome.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { linkTo, withTemporal } from '../temporal/connection.js';

export interface ReportOptions extends IdOptions {
  format: 'md' | 'html' | 'json';
  /** Without it, the terminal's. */
  lang?: Language;
}

const catalogues = { en, zh } satisfies Record<Language, unknown>;

/** `belay report`: the record of a deployment, or its post-mortem, from its history alone. */
export async function report(id: string | undefined, options: ReportOptions, io: Io): Promise<number> {
  return withTemporal(io, 'read', async (client) => {
    const run = await resolveId(client, io, id, options);
    const view = await readDeployment(client, run);
    if (options.format === 'json') printJson(io, reportJson(view, linkTo(run)));
    else {
      const write = options.format === 'html' ? reportHtml : reportMarkdown;
      io.stdout(write(view, linkTo(run), catalogues[options.lang ?? languageOf(io.env)]));
    }
    return 0;
  });
}
