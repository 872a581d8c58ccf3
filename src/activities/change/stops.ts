import type { Keeper, Stop } from '../../domain/keepers/keeper.js';
import { fields, type Fields } from '../../host/fields.js';

/** What back-up.sh is told of each thing that stops, a record each. */
export function stopRecords(stops: readonly Stop[]): string[] {
  return stops.map(({ role, keeper, label, stays }) => {
    // Of a program or an entry that stays nothing is changed, and so nothing is kept of where it is written.
    const kind = stays === undefined ? keeper.kind : (staying[keeper.kind] ?? keeper.kind);
    const how = stays === 'waits' ? 'reload' : 'restart';
    return fields({
      role,
      kind,
      label,
      ...ofKind(keeper),
      ...(keeper.kind === 'unit' && { stays }),
      ...(kind === 'entry' && { how }),
    });
  });
}

const staying: Partial<Record<Keeper['kind'], string>> = { supervisor: 'program', pm2: 'entry' };

/** Each kind's own, by the names that keep_<kind> reads. */
function ofKind(keeper: Keeper): Fields {
  switch (keeper.kind) {
    case 'unit':
      return { unit: keeper.unit };
    case 'pm2':
      return {
        user: keeper.user,
        home: keeper.home,
        command: keeper.command,
        id: keeper.id,
        name: keeper.name,
      };
    case 'supervisor':
      return {
        config: keeper.config,
        command: keeper.command,
        name: keeper.name,
        file: keeper.file,
        section: keeper.section,
      };
    case 'cron':
      return {
        source: keeper.source,
        line: keeper.line,
        text: keeper.text,
        digest: keeper.digest,
        script: keeper.script ? 'yes' : undefined,
      };
    case 'none':
      return {
        pid: keeper.process.pid,
        ticks: keeper.process.startTicks,
        boot: keeper.process.bootId,
      };
  }
}
