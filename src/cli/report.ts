import { reportMarkdown } from '../history/report.js';
import { readDeployment } from './history.js';
import { printJson, type Io } from './io.js';
import { reportJson } from './output/outcome.js';
import { resolveId, type IdOptions } from './resolve-id.js';
import { linkTo, withTemporal } from './temporal.js';

export interface ReportOptions extends IdOptions {
  format: 'md' | 'json';
}

/** `belay report`: the record of a deployment, or its post-mortem, from its history alone. */
export async function report(id: string | undefined, options: ReportOptions, io: Io): Promise<number> {
  return withTemporal(io, 'read', async (client) => {
    const run = await resolveId(client, io, id, options);
    const view = await readDeployment(client, run);
    if (options.format === 'json') printJson(io, reportJson(view, linkTo(run)));
    else io.stdout(reportMarkdown(view, linkTo(run)));
    return 0;
  });
}
