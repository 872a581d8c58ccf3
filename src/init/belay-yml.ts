import type { Decided, Known } from './decision.js';
import type { HostOnly } from './shared.js';

/** A page as visitors ask for it, and as the app is asked for it then. */
export interface VisitedPage {
  asked: string;
  inside: string;
}

/** Everything that a belay.yml is written from. */
export interface Draft {
  name: string;
  /** Where the name was read. */
  nameFrom: string;
  host: string;
  /** `2026-11-24`, the host's clock. */
  day: string;
  decided: Decided;
  hostOnly: HostOnly;
  /** Lines of the .belayignore that goes with it. */
  leftOut: string[];
  /** The page asked of the app itself, and what it answers now; null: nothing answers yet. */
  page: { path: string; status: number | null };
  /** Pages that visitors ask for most, and that the app answers well to anybody. */
  visited: VisitedPage[];
  /** Why what visitors ask for is not known, one line each. */
  unread: string[];
  /** Whether the app takes its address from `run` or from PORT: else it cannot be booted beside itself. */
  movable: boolean;
}

/** The text of a belay.yml, each value under a comment that says where it was read. */
export function belayYml(draft: Draft): string {
  const { name, nameFrom, host, day, decided, hostOnly, movable } = draft;
  const { path, kind, run, site, port, envFile, variables } = decided;
  const lines = [
    `# Written by \`belay init\` from this source and from ${oneLine(host)}, as they were on ${day}. Every line may be changed.`,
    ...key('app', scalar(name), nameFrom),
    ...key('hosts', `[${item(host)}]`, 'as in ~/.ssh/config'),
    ...key('path', scalar(path.value), path.from),
    ...(kind === null ? [] : key('kind', kind.value, kind.from)),
    ...(run === null ? [] : keeper(run, decided)),
    ...(site === null ? [] : key('site', scalar(site.value), site.from)),
    ...(port === null ? [] : key('port', String(port.value), port.from)),
    ...environment(decided.stays === null ? variables : [], envFile),
    ...shared(hostOnly),
    ...(movable
      ? []
      : key(
          'rehearse',
          'false',
          'its port seems to be written into its code; once it is taken from PORT, remove this line',
        )),
    '',
    ...(kind === null ? ['verify:', ...verify(draft)] : verifyFiles(decided)),
    '',
  ];
  return lines.join('\n');
}

/** By what a release is proved: the pages that visitors ask for, or else the first that answers well. */
function verify({ decided: { external, visitors }, page, visited, unread }: Draft): string[] {
  const list = (pages: readonly string[]) => `[${[...new Set(pages)].map(item).join(', ')}]`;
  if (visited.length === 0)
    return [
      ...unread.flatMap((why) => comment(`what visitors ask for is not known: ${why}`, '  ')),
      ...comment(answerText(page), '  '),
      `  internal: ${list([page.path])}`,
      ...(external === null
        ? []
        : [...comment(external.from, '  '), `  external: ${list([pageAt(external.value, page)])}`]),
    ];
  const origin = visitors?.origin ?? null;
  return [
    ...comment('what visitors ask for most, by nginx’s access log; each answers well now', '  '),
    `  internal: ${list(visited.map(({ inside }) => inside))}`,
    ...(origin === null
      ? []
      : [
          ...comment(external?.from ?? 'as visitors ask for them', '  '),
          `  external: ${list(visited.slice(0, mostExternal).map(({ asked }) => `${origin}${asked}`))}`,
        ]),
  ];
}

/** Nothing runs that could be asked by itself. */
function verifyFiles({ external }: Decided): string[] {
  if (external === null)
    return comment(
      'nginx serves it under no name: a page as visitors ask for it belongs under verify.external',
    );
  return ['verify:', ...comment(external.from, '  '), `  external: [${item(external.value)}]`];
}

/** From outside a page is asked for more often, and by way of more. */
const mostExternal = 3;

/** Who starts it, how, and as whom: a keeper that is there says that itself. */
function keeper(run: Known<string>, { stays, user, keptBy }: Decided): string[] {
  if (stays !== null)
    return [
      ...key(
        stays.key,
        scalar(stays.value),
        `${stays.from}, and goes on keeping it: belay changes nothing of it, makes path lead to the release, and restarts it.`,
      ),
      ...comment('`manager: systemd`, with `run`, in its place asks for a unit of belay’s own.'),
      ...(stays.isRehearsed
        ? comment(`run: ${run.value}`)
        : key('run', scalar(run.value), 'how it is rehearsed, with the process’s own variables')),
    ];
  return [
    ...key('run', scalar(run.value), run.from),
    ...(user === null ? [] : key('user', scalar(user.value), user.from)),
    ...key(
      'manager',
      'systemd',
      keptBy === null ? 'nothing runs yet' : `what starts it again until now: ${keptBy}`,
    ),
  ];
}

function key(name: string, value: string, from: string): string[] {
  return ['', ...comment(from), `${name}: ${value}`];
}

function comment(text: string, indent = ''): string[] {
  return text === '' ? [] : [`${indent}# ${oneLine(text)}`];
}

function environment(variables: readonly string[], envFile: Known<string> | null): string[] {
  const file = envFile === null ? [] : key('env_file', scalar(envFile.value), envFile.from);
  if (variables.length === 0) return file;
  const names = variables.join(', ');
  if (envFile !== null)
    return [
      ...file,
      ...comment(`the process that runs now was given ${names}; what is not from there belongs under env`),
    ];
  return [
    '',
    ...comment(
      `The process that runs now was given ${names}; values stay on the server. What the app needs of`,
    ),
    ...comment('them belongs here, or, where it is secret, into a file on the server that env_file names.'),
    `# env: { ${variables.map((name) => `${name}: …`).join(', ')} }`,
  ];
}

function shared({ shared: data, open }: HostOnly): string[] {
  const list = (paths: readonly string[]) =>
    `[${paths.map((path) => item(path.replace(/\/$/, ''))).join(', ')}]`;
  return [
    ...(data.length === 0
      ? []
      : key('shared', list(data), 'only on the server, and looks like data: it survives every release')),
    ...(open.length === 0
      ? []
      : [
          '',
          ...comment(
            'Also only on the server. Until each is named, under `shared` or here, the plan is refused:',
          ),
          `# discard: ${list(open)}`,
        ]),
  ];
}

function answerText({ path, status }: Draft['page']): string {
  if (status === null) return 'asked of the app itself; nothing answers yet';
  const good = status < 400 ? '' : ': name a page that answers, or the release is not taken for good';
  return `asked of the app itself; ${path} answers ${status} now${good}`;
}

/** Of a whole site the page that the app itself answers: its first one need not. */
function pageAt(url: string, { path, status }: Draft['page']): string {
  const whole = new URL(url).pathname === '/';
  return whole && status !== null && status < 400 ? `${url.slice(0, -1)}${path}` : url;
}

/** A value in YAML: plain where nothing in it has a meaning, else in double quotes, which JSON's are. */
function scalar(text: string): string {
  const plain =
    /^[A-Za-z0-9_./][\w ./:@=+%{}()~-]*$/.test(text) &&
    !/: |:$| $|^(?:true|false|null|yes|no|on|off|~)$/i.test(text) &&
    !/^[\d.+_-]+(?:e\d+)?$|^0[xo]/i.test(text);
  return plain ? text : JSON.stringify(text);
}

/** The same within a list, where braces have a meaning too. */
function item(text: string): string {
  return /[{}]/.test(text) ? JSON.stringify(text) : scalar(text);
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
