import { formatBytes } from '../../domain/text/bytes.js';
import { releasesWorkflowId, workflowTypes, type ReleasesInput } from '../../domain/runbook/messages.js';
import { canServe, type KeptRelease } from '../../domain/app/release.js';
import { oneLine } from '../../history/text.js';
import { chooseApp, type AppOptions } from '../input/app.js';
import { printJson, type Io } from '../terminal/io.js';
import { table } from '../output/table.js';
import { look } from '../temporal/look.js';
import { withTemporal } from '../temporal/connection.js';
import { userAtMachine } from '../input/user.js';

export interface ReleasesOptions extends AppOptions {
  json?: boolean;
}

/** `belay releases`: what a server has of an app, and how to go back to each. */
export async function releases(options: ReleasesOptions, io: Io): Promise<number> {
  const { app, reach } = await chooseApp(options, io);
  const found = await withTemporal(io, 'run', (client) =>
    look<{ releases: KeptRelease[] }>(
      client,
      {
        type: workflowTypes.releases,
        workflowId: releasesWorkflowId(app, reach.alias),
        input: { reach, startedBy: userAtMachine(), path: app.path } satisfies ReleasesInput,
        summary: `releases of ${app.name} on ${reach.alias}, ${app.environment}`,
      },
      io,
    ),
  );
  const rows = found.releases.map((one) => ({ ...one, command: commandTo(one, options) }));
  if (options.json) {
    const { name, environment, path } = app;
    printJson(io, { app: name, environment, path, hosts: [{ host: reach.alias, releases: rows }] });
  } else if (rows.length === 0) {
    io.stderr(`no releases of ${app.name} on ${reach.alias} yet; begin with: belay deploy\n`);
  } else {
    const names = ['release', 'state', 'made', 'by', 'source', 'size', `on ${reach.alias}`];
    io.stdout(
      `${table(
        names,
        rows.map((one) => row(one, io)),
      ).join('\n')}\n`,
    );
  }
  return 0;
}

/** What to type to go back to it; null for the active one and where there is no going back. */
function commandTo(one: KeptRelease, { config, env }: ReleasesOptions): string | null {
  if (one.state === 'active' || !canServe({ outcome: one.state })) return null;
  const about = [...(config === undefined ? [] : ['-c', config]), ...(env === undefined ? [] : ['-e', env])];
  return ['belay rollback', ...about, '--to', one.release].join(' ');
}

function row(one: KeptRelease & { command: string | null }, io: Io): string[] {
  const { green, red, yellow, dim } = io.colors.stdout;
  const tones = { active: green, kept: String, adopted: String, failed: red, staged: yellow };
  const source = one.commit === null ? '-' : `${one.commit.slice(0, 8)}${one.dirty ? ', changed' : ''}`;
  return [
    oneLine(one.release),
    tones[one.state](
      one.previous ? (one.state === 'kept' ? 'previous' : `previous, ${one.state}`) : one.state,
    ),
    oneLine(one.when).slice(0, 16).replace('T', ' ') || '-',
    oneLine(one.by ?? '-'),
    oneLine(source),
    one.bytes === null ? '-' : formatBytes(one.bytes),
    one.command ?? dim(one.state === 'failed' ? `look into ${oneLine(one.folder)}` : '-'),
  ];
}
