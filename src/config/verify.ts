import { z } from 'zod';
import type { BrowserPage, Page } from '../domain/app/page.js';
import { command, group, list, none, text, url } from './values.js';

const path = text('a path such as /tools/word-counter, beginning with /', /^\/[^\s#]*$/, 2048);

// eslint-disable-next-line no-control-regex -- control characters are what is refused
const line = (expected: string, maximum: number) => text(expected, /^[^\u0000-\u001f\u007f]+$/, maximum);

const expression = line('a regular expression of one line', 500).refine(compiles, {
  error: 'a regular expression as JavaScript has them, such as "words: \\d+"',
});

const code = 'an HTTP status from 100 to 599, or a list of them';
const status = z.int({ error: code }).min(100, { error: code }).max(599, { error: code });

const limit = 'a time from 10ms to 10s such as 500ms or 2s, or a number of seconds';
const within = z
  .union([z.number(), z.string().regex(/^\d+(?:\.\d+)?(?:ms|s)$/, { error: limit })], { error: limit })
  .transform((value) =>
    typeof value === 'number' ? value : Number.parseFloat(value) / (value.endsWith('ms') ? 1000 : 1),
  )
  .refine((value) => value >= 0.01 && value <= 10, { error: limit });

/** What is expected of an answer; of each page, whether it is asked from inside or outside. */
const expectations = {
  status: z
    .union([status, z.array(status).min(1).max(20)], { error: code })
    .optional()
    .describe('The status, or a list of those that are right; without it, every status below 400.'),
  contains: line('a text of one line that the answer has', 500)
    .optional()
    .describe('A text that the answer has.'),
  matches: expression
    .optional()
    .describe(
      'A regular expression that the answer matches. The first megabyte of an answer is looked at, for a quarter of a second ' +
        'at most.',
    ),
  json: z
    .record(
      line('a field such as status or data.items.0.id', 200),
      z.union([z.string(), z.number(), z.boolean(), z.null()], {
        error: 'a text, a number, true, false or null',
      }),
      { error: 'a map of fields, each with its value' },
    )
    .optional()
    .describe('Fields of a JSON answer, dotted (data.items.0.id), each with its value.'),
  header: z
    .record(text('the name of a header', /^[A-Za-z0-9-]+$/, 100), line('the header’s value', 500), {
      error: 'a map of headers, each with its value',
    })
    .optional()
    .describe('Headers of the answer, each with its value.'),
  redirect: text('a URL or a path', /^(?:https?:\/\/|\/)\S*$/, 2048)
    .optional()
    .describe('Where the page itself leads to: the redirect is not followed.'),
  within: within.optional().describe('The whole answer comes within this time, such as 500ms or 2s.'),
};

const internalPage = group('A path and what its answer has to be like.', {
  path: path.describe('The path.'),
  ...expectations,
});

const externalPage = group('A URL and what its answer has to be like.', {
  url: url.describe('The URL.'),
  ...expectations,
});

const browserPage = group('A page and what is to be seen there.', {
  url: url.describe('The URL.'),
  text: line('a text that is to be read there', 500)
    .optional()
    .describe('A text that is to be read on the page.'),
  selector: line('a CSS selector', 500)
    .optional()
    .describe('A CSS selector of something that is visible there.'),
});

const verifyKeys = {
  internal: list('paths', z.union([path, internalPage], { error: 'a path, or a map with path' }))
    .min(1, { error: 'at least one path' })
    .transform((entries) => entries.map(toPage))
    .prefault(['/'])
    .describe(
      'Paths asked of the app itself, over HTTP, on the host; or maps that say what the answer has to be like.',
    ),
  external: list('URLs', z.union([url, externalPage], { error: 'a URL, or a map with url' }))
    .transform((entries) => entries.map(toPage))
    .prefault([])
    .describe('URLs asked as a visitor would, through nginx; or maps as under internal, with url.'),
  answers: z
    .int({ error: 'a number from 1 to 20' })
    .min(1, { error: 'a number from 1 to 20' })
    .max(20, { error: 'a number from 1 to 20' })
    .optional()
    .describe(
      'Good answers in a row that each page needs; 3 without it. A bad one in between begins the count anew.',
    ),
  log: list('regular expressions', expression)
    .optional()
    .describe(
      'Regular expressions: a line that the new release logs and that matches one is a failure, then and while it is watched. ' +
        'Tracebacks and errors are told in any case.',
    ),
  browser: z
    .array(z.union([url, browserPage], { error: 'a URL, or a map with url' }), { error: 'a list of URLs' })
    .max(5, { error: 'a list of at most 5 URLs' })
    .transform((entries): BrowserPage[] =>
      entries.map((entry) => (typeof entry === 'string' ? { url: entry } : entry)),
    )
    .optional()
    .describe(
      'URLs opened in Chromium where the worker runs (BELAY_CHROMIUM, or chromium or google-chrome on PATH): the page loads, ' +
        'none of the site’s own requests fails, nothing is an error in its console. A screenshot is kept.',
    ),
  commands: z
    .array(command, { error: 'a list of commands' })
    .max(20, { error: 'a list of at most 20 commands' })
    .optional()
    .describe(
      'Commands that must succeed, 60 s each, run in the active release on the host, as the app’s user and with its ' +
        'environment (PORT is in it), through the same door as every change: each runs once in a deployment.',
    ),
};

const meaning = 'What must answer before the deployment counts as done.';

/** The key `verify` of belay.yml. */
export const verify = group(meaning, verifyKeys).prefault({});

/** The same where nothing runs that could be asked by itself. */
export const verifyOfFiles = group(meaning, {
  ...verifyKeys,
  internal: none(
    'verify.external, with the page as a visitor asks for it: nothing of this app listens on the host',
  ),
  log: none('no verify.log: nothing of this app runs, so it has no log'),
}).prefault({});

type Asked = z.infer<typeof internalPage> | z.infer<typeof externalPage>;

function toPage(entry: string | Asked): string | Page {
  if (typeof entry === 'string') return entry;
  const { status: accepted, within: withinSeconds, contains, matches, json, header, redirect } = entry;
  const at = 'path' in entry ? entry.path : entry.url;
  const status = accepted === undefined ? undefined : [accepted].flat();
  return { at, status, contains, matches, json, header, redirect, withinSeconds };
}

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
