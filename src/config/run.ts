import { closest, distance } from 'fastest-levenshtein';
import { command } from './values.js';

const placeholders = ['bind', 'port', 'socket'];

/** The key `run` of belay.yml. */
export const run = command
  .superRefine((value, context) => {
    for (const [whole, word = ''] of value.matchAll(/(?<!\$)\{(\w+)\}/g)) {
      const meant = closest(word, placeholders);
      if (placeholders.includes(word) || distance(word, meant) > 2) continue;
      context.addIssue({ code: 'custom', message: `{${meant}} rather than ${whole}` });
    }
  })
  .transform((value) => value.trim())
  .describe(
    'The start command, run in the release’s folder in the foreground. {bind} becomes the address that nginx proxies to ' +
      '(127.0.0.1:9999, or unix:/run/words/app.sock), {port} its port, {socket} the socket’s path. PORT is in the environment too.',
  );
