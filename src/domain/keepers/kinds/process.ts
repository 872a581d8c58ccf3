import type { CronLine, ProcessFacts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import { nameOf } from '../evidence.js';
import type { Keeper } from '../../app/keeper.js';
import type { Stop } from '../keeper.js';
import type { ProcessGroup } from '../process-groups.js';
import { isAtReboot, namesPath } from '../touches.js';
import type { About, FoundKind, StopKind } from './found.js';

/** Nothing: a process that somebody started by hand, or a line of cron did. */
export const byHand: FoundKind<{ by: 'nothing' }> = {
  find: () => ({ by: 'nothing' }),
  text: () => 'nothing, it was started by hand',
  survivesBoot: (_kept, { cron }, path) =>
    path !== null && cron.some((line) => startsAtBoot(line, path)) ? 'yes' : 'no',
  isByHand: true,
  named: () => null,
  keepers: () => [],
  stops: (_kept, group, about, find) => [stopOfProcess(group, about, find)],
};

/** A process that nothing would start again. */
export const bareProcess: StopKind<Extract<Keeper, { kind: 'none' }>> = {
  keeps: () => false,
  runs: true,
  comesBack: false,
  onHost: () => [],
  gives: () => [],
  // With its pid in it the digest would differ for the same plan.
  digested: ({ kind }) => ({ kind }),
  ends: () => 'End',
  told: ({ process: { pid, startTicks, bootId } }) => ({ pid, ticks: startTicks, boot: bootId }),
};

function startsAtBoot({ text, command }: CronLine, path: string): boolean {
  return isAtReboot(text) && namesPath(command, path);
}

function stopOfProcess({ root }: ProcessGroup, { view, role, why }: About, find: Finder): Stop {
  const { pid, startTicks, command, user, cwd } = root;
  if (!isRunnable(command)) {
    find.report(
      'process.unknown-start',
      `Process ${pid} serves the app, nothing would restart it, and how it was started cannot be read: it rewrote its own command. A rollback could not start it again.`,
      `${command.join(' ') || '(no command)'}, of ${user}`,
      'Start it through a systemd unit (or pm2), then plan again.',
    );
  }
  if (cwd.endsWith(' (deleted)')) {
    find.report(
      'process.folder-gone',
      `Process ${pid} is in the app’s way, and the folder that it works in was deleted: a rollback could not start it again.`,
      `${command.join(' ')}, of ${user}, in ${cwd}`,
      `End it yourself: \`kill ${pid}\`, then plan again.`,
    );
  }
  return {
    role,
    keeper: { kind: 'none', process: { pid, startTicks, bootId: view.facts.system.bootId } },
    label: `process ${nameOf(command)} (pid ${pid}) of ${user}`,
    why,
    active: true,
  };
}

/** Whether a command that was read from the process list could be run again. */
function isRunnable(command: ProcessFacts['command']): boolean {
  const [first] = command;
  return first !== undefined && (command.length > 1 || !/[\s:[\]]/.test(first));
}
