import type { GivenFacts } from '../../domain/facts/facts.js';
import type { Section } from './sections.js';

/** What a person's terminal and their tools leave in whatever is started by hand. */
const ofTheTerminal =
  /^(?:PS[1-4]|COLORTERM|TERM_PROGRAM|TERM_PROGRAM_VERSION|TMUX|TMUX_PANE|STY|WINDOW|HIST(?:SIZE|FILE|FILESIZE|CONTROL|TIMEFORMAT)|LESS(?:OPEN|CLOSE)?|PAGER|VISUAL|DEBIAN_FRONTEND|debian_chroot|VIRTUAL_ENV|VIRTUAL_ENV_PROMPT|NVM_\w+|PYENV_\w+)$/;

/** Variables that shells, logins, service managers and pm2 set for whatever they start. */
const ofTheSystem =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|SHLVL|TERM|_|MAIL|LANG|LANGUAGE|LC_\w+|TZ|EDITOR|LS_COLORS|MOTD_SHOWN|PORT|SPT_NOENV|SERVER_SOFTWARE|NODE_APP_INSTANCE|NODE_CHANNEL_\w+|INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|MEMORY_PRESSURE_\w+|\w+_DIRECTORY|PIDFILE|PM2_\w+|npm_\w+|(?:SSH|SUDO|XDG|DBUS|SYSTEMD|SUPERVISOR|LISTEN|BELAY)_\w+)$/;

/** What pm2 says of an entry, it says in the environment too. */
const ofPm2 =
  /^(?:name|namespace|status|version|instances|args|watch|exit_code|unique_id|node_args|node_version|ignore_watch|max_\w+|min_uptime|restart_\w+|exp_backoff_\w+|prev_restart_delay|unstable_restarts|wait_ready|kill_\w+|listen_timeout|cron_restart|merge_logs|vizion\w*|auto\w+|instance_var|increment_var|pmx|treekill|username|windowsHide|shutdown_with_message|stop_exit_codes|source_map_support|filter_env|log_\w+|pm_\w+|exec_\w+|km_\w+|axm_\w+|created_at|uid|gid)$/;

/** The names of the variables that a process was given, where they were read. */
export function variablesOf(
  pid: number,
  sections: readonly Section[],
): { variables?: string[]; overwritten?: true | string } {
  const body = sections.find(({ name, rest }) => name === 'variables' && rest === String(pid))?.body;
  if (body === undefined) return {};
  const all = body.split('\n').filter((name) => name !== '' && !name.startsWith('='));
  const isPm2s = all.includes('pm_exec_path');
  const names = all.filter(
    (name) => !ofTheSystem.test(name) && !ofTheTerminal.test(name) && !(isPm2s && ofPm2.test(name)),
  );
  const variables = [...new Set(names)].sort();
  // A title lies where they were: what its unit says stands there instead, behind that unit's name, or nothing.
  const told = /^=(?: (\S+))?\n/.exec(body);
  return { variables, ...(told && { overwritten: told[1] ?? true }) };
}

const kinds: readonly string[] = [
  'limit',
  'umask',
  'group',
  'main-group',
  'locale',
  'capability',
  'scheduling',
  'hardening',
  'bound',
] satisfies GivenFacts['what'][];

/** What a process was given otherwise than a service, where that was looked at (lib/given.sh). */
export function givenOf(pid: number, sections: readonly Section[]): { given?: GivenFacts[] } {
  const body = sections.find(({ name, rest }) => name === 'given' && rest === String(pid))?.body;
  const given = (body ?? '').split('\n').flatMap((line): GivenFacts[] => {
    const [what = '', name = '', now = '', usual = ''] = line.split('\t');
    const fits = kinds.includes(what) && /^[\w.@+-]{1,64}$/.test(name);
    return fits
      ? [{ what: what as GivenFacts['what'], name, now: now.slice(0, 100), usual: usual.slice(0, 100) }]
      : [];
  });
  return given.length === 0 ? {} : { given: given.slice(0, 50) };
}
