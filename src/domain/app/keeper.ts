/** What belay itself can make to keep an app, by the name that belay.yml has for it, and what that is. */
export const ownKeepers = {
  systemd: 'a unit belay-<app>.service',
  pm2: 'an entry belay-<app> (fork mode) in the pm2 daemon of the app’s user',
} as const;

export type OwnKeeper = keyof typeof ownKeepers;

/** A process's identity on one host: a pid alone may have been given to another since. */
export interface ProcessId {
  pid: number;
  startTicks: number;
  bootId: string;
}

/** What would restart a process, and through which it is stopped and started. */
export type Keeper =
  | { kind: 'unit'; unit: string }
  | { kind: 'pm2'; user: string; home: string; command: string; id: number; name: string }
  | { kind: 'supervisor'; config: string; command: string; name: string; file: string; section: string }
  | {
      kind: 'cron';
      source: string;
      line: number;
      /** Without what looks like a secret; then `digest` is the beginning of the whole line's SHA-256. */
      text: string;
      digest?: string;
      /** Of a shell script, which has to be one without the line too. */
      script?: true;
    }
  | { kind: 'none'; process: ProcessId };

/** What tells each from others of its kind on a host. */
const identity: { readonly [Kind in Keeper['kind']]: (keeper: Extract<Keeper, { kind: Kind }>) => string } = {
  unit: ({ unit }) => unit,
  pm2: ({ home, id }) => `${home}\n${id}`,
  supervisor: ({ config, name }) => `${config}\n${name}`,
  cron: ({ source, line, text, digest = '' }) => [source, line, text, digest].join('\n'),
  none: ({ process: { pid, startTicks, bootId } }) => [pid, startTicks, bootId].join('\n'),
};

/** Whether two are the same one of a host. */
export function isSameKeeper(one: Keeper, other: Keeper): boolean {
  return one.kind === other.kind && identityOf(one) === identityOf(other);
}

/** The process that nothing keeps; undefined where something does. */
export function bareProcessOf(keeper: Keeper): ProcessId | undefined {
  return keeper.kind === 'none' ? keeper.process : undefined;
}

function identityOf(keeper: Keeper): string {
  return (identity[keeper.kind] as (keeper: Keeper) => string)(keeper);
}
