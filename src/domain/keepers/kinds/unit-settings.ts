import type { Facts } from '../../facts/facts.js';
import type { Held } from './found.js';

/** The settings of a unit that belay's own would not have. */
export function unitGives({ unit }: { unit: string }, { units }: Facts, { isMeasured }: Held): string[] {
  if (!unit.endsWith('.service')) return [];
  const { settings = [] } = units.find((one) => one.unit === unit) ?? {};
  const names = settings.filter(
    (name) => !saidAnyway.has(name) && !(isMeasured && shownByProcess.test(name)),
  );
  return names.length === 0 ? [] : [`${unit}: ${names.join(', ')}`];
}

/** What belay's own unit says itself, or what is no part of how the app runs. */
const saidAnyway = new Set(
  (
    'ExecStart Type Restart RestartSec User WorkingDirectory Environment EnvironmentFile WantedBy RequiredBy After Before ' +
    'Wants Requires Description Documentation PIDFile GuessMainPID KillMode StandardOutput StandardError ' +
    'SyslogIdentifier Alias Also RemainAfterExit NotifyAccess StartLimitIntervalSec StartLimitBurst SuccessExitStatus Sockets'
  ).split(' '),
);

/** What a process itself shows of its unit: a rehearsal tells whether the release has it. */
const shownByProcess =
  /^(?:Limit[A-Z]+|UMask|Group|SupplementaryGroups|AmbientCapabilities|CapabilityBoundingSet|NoNewPrivileges|Nice|OOMScoreAdjust|CPUAffinity|CPUSchedulingPolicy|IOSchedulingClass|IOSchedulingPriority|(?:Memory|Tasks)(?:Max|High|SwapMax)|CPUQuota|CPUWeight|IOWeight)$/;
