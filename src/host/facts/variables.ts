import type { GivenFacts } from '../../domain/facts/facts.js';
import type { Section } from './sections.js';

/** Variables that shells, logins, service managers and pm2 set for whatever they start. */
const ofTheSystem =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|SHLVL|TERM|_|MAIL|LANG|LANGUAGE|LC_\w+|TZ|EDITOR|LS_COLORS|MOTD_SHOWN|PORT|SPT_NOENV|SERVER_SOFTWARE|NODE_APP_INSTANCE|NODE_CHANNEL_\w+|INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|MEMORY_PRESSURE_\w+|\w+_DIRECTORY|PIDFILE|PM2_\w+|npm_\w+|(?:SSH|SUDO|XDG|DBUS|SYSTEMD|SUPERVISOR|LISTEN|BELAY)_\w+)$/;

/** The names of the variables that a process was given, where they were read. */
export function variablesOf(pid: number, sections: readonly Section[]): { variables?: string[] } {
  const body = sections.find(({ name, rest }) => name === 'variables' && rest === String(pid))?.body;
  if (body === undefined) return {};
  const names = body.split('\n').filter((name) => name !== '' && !ofTheSystem.test(name));
  return { variables: [...new Set(names)].sort() };
}

const kinds: readonly string[] = [
  'limit',
  'umask',
  'group',
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
