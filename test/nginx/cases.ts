/** A server as somebody has set it up, and what is right there. */
export interface SiteCase {
  what: string;
  /**
   * %L is where it listens; %W the app's backend, %B another site's, %C a third; %WP, %BP their ports and %H their address; %S a socket of the
   * app's; %R a folder.
   */
  http: string;
  /** Of belay.yml. */
  site?: string;
  external?: string;
  port?: 'app' | 'none';
  /** Where nothing listens at the moment. */
  down?: ('app' | 'blog' | 'third')[];
  /** Which backend real nginx asks for this name and path. */
  asked?: { name?: string; path?: string; to: 'app' | 'blog' | 'third' | 'socket' };
  /** Where belay says that the app has to listen, or the finding that blocks. */
  right: 'app' | 'socket' | `${'nginx' | 'port'}.${string}`;
}

export const server = (name: string, inside: string) =>
  `server { listen %L; server_name ${name}; ${inside} }\n`;
export const words = (inside: string) => server('words.example.test', inside);
export const hands = (to: string) => `location / { proxy_pass http://${to}; }`;
export const blog = server('blog.example.test', hands('%B'));
