import type { App } from '../../app/app.js';

/** Why what runs the app as one user cannot go on where belay.yml names another; undefined where that is not so. */
export function anotherUser(app: App, user: string | null): string | undefined {
  return app.user !== undefined && user !== null && app.user !== user
    ? `it runs the app as ${user}, and belay.yml says \`user: ${app.user}\``
    : undefined;
}

export function becauseOf(why: string | undefined): { why: string } | undefined {
  return why === undefined ? undefined : { why };
}
