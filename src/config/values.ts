import { z } from 'zod';

/**
 * The kinds of values in a belay.yml. The text of each error is what was expected; problems.ts says what came.
 */

const longest = 8192;
// eslint-disable-next-line no-control-regex -- control characters are what is refused
const oneLine = /^(?=.*\S)[^\u0000-\u001f\u007f]+$/;

/** Text that matches a pattern, which JSON Schema can show too. */
export function text(expected: string, pattern: RegExp, maximum = longest) {
  return z
    .string({ error: expected })
    .max(maximum, { error: `${expected} (${maximum} characters at most)`, abort: true })
    .regex(pattern, {
      error: expected,
    });
}

/** One line of shell. */
export const command = text('a command: one line, not empty', oneLine);

/** A list, bounded. */
export function list<Item extends z.ZodType>(expected: string, item: Item) {
  return z
    .array(item, { error: `a list of ${expected}` })
    .max(200, { error: `a list of at most 200 ${expected}` });
}

const commandList = list('commands', command);

/** A list of commands, none unless given. */
export const commands = (description: string) => commandList.default([]).describe(description);

/** Commands of here and of the host; a plain list is the host's. */
export const commandsOfBoth = z
  .union(
    [
      commandList,
      z.strictObject({
        local: commandList
          .default([])
          .describe('Run here, in a copy of the source that is then packed; include names what they make.'),
        host: commandList.default([]).describe('Run in the staged release, on the host.'),
      }),
    ],
    { error: 'a list of commands, or a map with local and host' },
  )
  .default([])
  .transform((value) => (Array.isArray(value) ? { local: [], host: value } : value));

/** A map whose keys are known; all of them may be left out. */
export function group<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  const expected = `a map with ${Object.keys(shape).join(', ')}`;
  return z
    .strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? expected : undefined) })
    .describe(description);
}

/** A key that has no place beside another one; the error says what to write instead. */
export function none(instead: string) {
  return z.never({ error: instead }).optional();
}

/** A list in which nothing may stand twice; the second one is the error. */
export function uniqueList<Item extends z.ZodType<string>>(expected: string, item: Item) {
  return list(expected, item).superRefine((items, context) => {
    items.forEach((value, index) => {
      const first = items.indexOf(value);
      if (first < index)
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `each of the ${expected} once, not twice`,
        });
    });
  });
}

const systemFolders =
  /^\/(?:(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys)(?:\/.*)?|usr\/(?:bin|sbin|lib\w*)(?:\/.*)?|home|media|mnt|opt|root|srv|tmp|usr|usr\/local|var|var\/(?:cache|lib|log|run|spool|tmp))$/;

/** An absolute path that can become a symlink without harm to the system. */
export const hostPath = text(
  'an absolute path on the host such as /srv/words, of letters, digits and . _ + @ -',
  /^\/[\w.+@-]+(?:\/[\w.+@-]+)*\/?$/,
  512,
)
  .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), {
    error: 'an absolute path without . and ..',
  })
  .transform((path) => path.replace(/\/$/, ''))
  .refine((path) => !systemFolders.test(path), {
    error: 'a folder of the app’s own such as /srv/words, because belay replaces it by a symlink',
  })
  .refine((path) => !path.endsWith('.belay'), {
    error: 'a path that does not end with .belay, which is belay’s own folder',
  });

/** A path within the app: `data`, `./data/` becomes `data`. */
export const innerPath = text('a path relative to the app, such as data or var/uploads', oneLine, 512)
  .refine((path) => !path.startsWith('/'), { error: 'a path relative to the app, not an absolute one' })
  .refine((path) => !path.split('/').includes('..'), { error: 'a path within the app, without ..' })
  .transform((path) =>
    path
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/'),
  )
  .refine((path) => path !== '', { error: 'a path relative to the app, not the app itself' });

const units = { s: 1, m: 60, h: 3600 } as const;
const duration = 'a time such as 30s, 2m or a number of seconds, 1h at most';

/** `30s`, `2m`, `1h` or a number of seconds; becomes seconds. */
export const seconds = z
  .union(
    [z.number().min(0, { error: duration }), z.string().regex(/^\d+(?:\.\d+)?[smh]$/, { error: duration })],
    { error: duration },
  )
  .transform(toSeconds)
  .refine((value) => value <= 3600, { error: duration });

const deadline = 'off, or a time from 5s to 1h such as 2m';

/** `off`, or as `seconds`, but no less than it takes a deployment to report once; becomes seconds, 0 for `off`. */
export const secondsOrOff = z
  .union([z.literal('off'), z.number(), z.string().regex(/^\d+(?:\.\d+)?[smh]$/, { error: deadline })], {
    error: deadline,
  })
  .transform((value) => (value === 'off' ? 0 : toSeconds(value)))
  .refine((value) => value === 0 || (value >= 5 && value <= 3600), { error: deadline });

function toSeconds(value: number | string): number {
  return typeof value === 'number'
    ? value
    : Number(value.slice(0, -1)) * units[value.slice(-1) as keyof typeof units];
}

export const port = z.union(
  [
    z.literal('auto'),
    z.int({ error: portText() }).min(1, { error: portText() }).max(65535, { error: portText() }),
  ],
  { error: portText() },
);

function portText(): string {
  return 'auto, or a number from 1 to 65535';
}

/** A page of the site, seen from outside. */
export const url = text('a URL such as https://words.example.test/', /^https?:\/\/\S+$/, 2048)
  .refine((value) => URL.canParse(value), { error: 'a URL such as https://words.example.test/' })
  .refine(
    (value) => !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === ''),
    {
      error: 'a URL without user and password: belay.yml holds no secrets',
    },
  );
