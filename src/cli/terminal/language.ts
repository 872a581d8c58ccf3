import { UserError } from './user-error.js';

/** Languages that belay speaks. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/**
 * The language of the terminal, of BELAY_LANG alone: `zh`, or as locales have it, such as `zh_CN.UTF-8` or `zh-Hans`.
 * @throws UserError (exit code 64) where belay does not speak it
 */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const named = env['BELAY_LANG'] ?? '';
  if (named === '') return 'en';
  const language = languages.find((each) => each === named.toLowerCase().split(/[-_.@]/, 1)[0]);
  if (language !== undefined) return language;
  throw new UserError(
    `BELAY_LANG: expected one of ${languages.join(', ')} (also such as zh_CN or zh-Hans), got ${named}`,
  );
}
