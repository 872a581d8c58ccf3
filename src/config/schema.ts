import { z } from 'zod';
import { ownKeepers, type OwnKeeper } from '../domain/app/keeper.js';
import { acknowledge } from './acknowledge.js';
import { notify } from './notify.js';
import { run } from './run.js';
import {
  commands,
  commandsOfBoth,
  group,
  hostPath,
  innerPath,
  list,
  port,
  seconds,
  secondsOrOff,
  text,
  uniqueList,
} from './values.js';
import { verify } from './verify.js';

const flag = (description: string, otherwise: boolean) =>
  z.boolean({ error: 'true or false' }).default(otherwise).describe(description);

const name = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/;

export const environmentName = text('a name of lower-case letters, digits and dashes', name);

const variables = z
  .record(
    text(
      'a variable’s name: letters, digits and _, not beginning with a digit',
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      128,
    ).refine((key) => key !== 'PORT' && key !== 'SPT_NOENV' && !key.startsWith('BELAY_'), {
      error:
        'a name that belay does not set itself (it sets PORT, SPT_NOENV and BELAY_…; the port is set by the key port)',
    }),
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    text('text of one line', /^[^\u0000-\u001f\u007f]*$/),
    { error: 'a map of variables, NAME: value' },
  )
  .default({})
  .describe('Environment variables of the app; no secrets: those belong in env_file.');

/**
 * What one environment needs, every key: the one source of validation, JSON Schema and the reference page.
 * Errors are written as what was expected.
 */
export const settings = z.strictObject(
  {
    app: text('a name of lower-case letters, digits and dashes, 48 at most', name).describe(
      'The app’s name; names its systemd unit belay-<app>.service, or its pm2 entry belay-<app>.',
    ),
    hosts: uniqueList('hosts', text('a host’s name as in ~/.ssh/config', /^[A-Za-z0-9_][\w.@:-]*$/, 253))
      .min(1, { error: 'at least one host' })
      // A duplicate is reported once, by the list itself.
      .refine((names) => new Set(names).size <= 1, {
        error: 'one host for now: deploying to several hosts at once comes later',
      })
      .meta({ description: 'The server, by its name in ~/.ssh/config.', maxItems: 1 }),
    path: hostPath.describe('Where the app lives on the host; becomes a symlink to the active release.'),
    source: text('a folder, relative to this file', /\S/, 1024)
      .default('.')
      .describe(
        'The folder that is packed, relative to this file; .gitignore and .belayignore are honoured.',
      ),
    include: list('paths', innerPath)
      .optional()
      .describe('Packs these paths only, whatever .gitignore says.'),
    user: text('the name of a user on the host', /^[A-Za-z_][\w.-]{0,31}$/)
      .optional()
      .describe('The user the app runs as; without it, whoever runs it now.'),
    kind: z
      .enum(['files'], { error: 'files; an app with a process has no kind, but run or a keeper' })
      .optional()
      .describe(
        'files: nothing of the app runs. nginx serves its files, with a root or alias that leads through path (path itself, or a folder in it such as ' +
          'path/public); path leads to the new ones from one moment to the next, and no process is stopped. Without it the app has a process.',
      ),
    run,
    unit: text(
      'the name of a systemd service that is not belay’s, such as words.service',
      /^(?!belay-)[\w:.@\\-]+(?<!@)\.service$/,
      255,
    )
      .optional()
      .describe(
        'Somebody’s own systemd service that keeps the app and goes on keeping it: belay changes no file of it, makes path lead to ' +
          'the release, and restarts it; behind a socket unit no request fails. Then run only says how the release is rehearsed, ' +
          'and env and env_file are for build, hooks and checks alone.',
      ),
    program: text(
      'the name of a program or a group of supervisord’s, as supervisorctl status has it',
      /^[\w.@-]+(?::[\w.@-]+)?$/,
      255,
    )
      .optional()
      .describe(
        'The same of supervisord: somebody’s own program, or a group of them, keeps the app and goes on keeping it. belay changes nothing of ' +
          'its section, makes path lead to the release, and restarts it. It is rehearsed by its own command and variables; where that cannot be, by run.',
      ),
    entry: text(
      'the name of an entry of pm2’s that is not belay’s, as pm2 list has it',
      /^(?!belay-)\S(?:.*\S)?$/,
      255,
    )
      .optional()
      .describe(
        'The same of pm2: somebody’s own entry, fork or cluster with all its instances, keeps the app and goes on keeping it. belay changes nothing ' +
          'of it nor of pm2’s dump, makes path lead to the release, and restarts it, as the user whose pm2 it is; a cluster is reloaded instance by instance.',
      ),
    manager: z
      .enum(Object.keys(ownKeepers) as [OwnKeeper, ...OwnKeeper[]], {
        error: Object.keys(ownKeepers).join(' or '),
      })
      .optional()
      .describe(
        `A keeper of belay’s own, which runs the new release and starts it after a reboot: ${Object.values(ownKeepers).join(', or ')}. ` +
          'Without it, unit, program and entry the systemd service, ' +
          'the program of supervisord’s or the entry of pm2’s that keeps the app now goes on keeping it, as if its key named it; what else runs, or nothing, gives way to belay-<app>.service.',
      ),
    port: port
      .default('auto')
      .describe('auto: what nginx proxies to for this app. A number is checked against nginx.'),
    site: text(
      'a server_name, with a location where needed, such as words.example.test/tools, without https://',
      /^(?!https?:)[A-Za-z0-9*_~.-]+(?:\/\S*)?$/,
      1024,
    )
      .optional()
      .describe('The server_name (and location) that leads to this app, where nginx has several.'),
    env: variables,
    env_file: text('the path of a file on the host', /^(?!.*(?:^|\/)\.\.(?:\/|$))\S+$/, 1024)
      .optional()
      .describe('A file of variables that stays on the host: absolute, or relative to the release.'),
    build: commandsOfBoth.describe(
      'Commands that build, before anything stops. A plain list is run in the staged release, on the host; a map has local, run here, and host.',
    ),
    checks: group('Commands that must succeed before anything is changed.', {
      local: commands('Run where the source is packed.'),
      host: commands('Run in the staged release, on the host.'),
    }).prefault({}),
    hooks: group('Commands at fixed moments of a deployment.', {
      release: commands('After the backup, before the stop: migrations, which only go forward.'),
      before: commands('Before the app stops.'),
      after: commands('After the new release was proved.'),
    }).prefault({}),
    shared: uniqueList('paths', innerPath)
      .prefault([])
      .describe(
        'Paths that survive every release: they live once beside the releases and are linked into each.',
      ),
    assets: uniqueList('folders', innerPath)
      .optional()
      .describe(
        'Folders of the release, such as dist/assets, in which the files that only the release before has stay reachable: a page that a visitor still has ' +
          'open asks for them. Of the release before that nothing is kept.',
      ),
    discard: uniqueList('paths', innerPath)
      .prefault([])
      .describe('Host-only files that may stay behind in the adopted directory.'),
    leave: uniqueList('names', text('what a plan would stop, by its name there', /^\S(?:.*\S)?$/, 300))
      .prefault([])
      .describe(
        'What a plan would stop and is to go on, by its name there: unit words-old.service, pm2 entry blog, ' +
          'line 3 of /etc/rc.local. What serves the app now has to stop.',
      ),
    acknowledge,
    rehearse: flag(
      'Whether the staged release is booted on a spare port and probed before anything stops.',
      true,
    ),
    strategy: z
      .enum(['auto', 'detour', 'restart'], { error: 'auto, detour or restart' })
      .default('auto')
      .describe(
        'How visitors come from the old release to the new one. auto: detour wherever the plan finds all that it needs, else restart; a cluster of pm2’s own is reloaded. ' +
          'detour: the new one is started beside the old one on a spare address, and nginx leads visitors there until it serves at its ' +
          'own; no request fails. restart: the old one is stopped, then the new one is started.',
      ),
    detour: flag(
      'Whether two versions may serve at the same time. false: never, so every deployment restarts the app.',
      true,
    ),
    drain: seconds
      .prefault('30s')
      .describe(
        'With a detour: how long requests, downloads and websockets that are under way may go on before what answers them is stopped.',
      ),
    maintenance: innerPath
      .optional()
      .describe(
        'For a release hook that the old version cannot run beside: a page of the release, as maintenance.html, that nginx shows visitors, ' +
          'with 503 and Retry-After, from before hooks.release until the new release is proved. The app then restarts. Without it hooks.release runs while the old version serves.',
      ),
    verify,
    soak: seconds
      .prefault('30s')
      .describe(
        'How long the new release is watched before it counts: 30s, 2m, or seconds. Its process and its pages, its memory, 5xx ' +
          'in nginx’s access log where the app has one of its own, and whether what was stopped comes back. In a detour: whether visitors get twice as many errors as from the old version, or wait twice as long, where that log tells.',
      ),
    ready: seconds
      .refine((value) => value >= 1 && value <= 180, { error: 'a time from 1s to 3m, such as 60s' })
      .optional()
      .describe(
        'How long the app may take until its first good answer, while it does not listen yet or says 503. Without it: a minute ' +
          'until it listens, then 20 s.',
      ),
    deadman: secondsOrOff
      .prefault('2m')
      .describe(
        'The dead man’s switch: so long after it last heard of a deployment that is changing it, the host puts the old ' +
          'version back by itself. off: it waits until the deployment goes on.',
      ),
    approval: z
      .enum(['required', 'automatic'], { error: 'required or automatic' })
      .default('required')
      .describe(
        'required: a person approves the plan. automatic: a plan without blocking findings goes ahead.',
      ),
    keep: z
      .int({ error: 'a number of releases from 2 to 100' })
      .min(2, { error: 'a number from 2 (the active release and the way back) to 100' })
      .max(100, { error: 'a number of releases from 2 to 100' })
      .default(5)
      .describe('How many releases stay on the host, the active one included.'),
    notify,
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'a map with at least app, hosts, path and run' : undefined,
  },
);

export type Settings = z.infer<typeof settings>;

/** Keys that are known to come, and what to say until they do. */
export const reserved: Record<string, string> = {
  processes: 'several processes of one app (processes) come later; for now, run starts the one process',
};
