import type { Question } from './real-nginx.js';

/** A configuration and what is asked of it. */
export interface Case {
  http: string;
  questions: Question[];
}

/** Where a case may listen, what its names end with, and what it may hand on to. */
export interface Place {
  address: (host: number) => string;
  suffix: string;
  backend: (number: number) => string;
  backends: number;
  root: string;
}

export const port = 8080;

/** A configuration out of what nginx offers, put together by chance: the same seed, the same one. */
export function generate(seed: number, place: Place): Case {
  return new Generator(seed, place).make();
}

const patterns = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/api/',
  '= /',
  '= /a',
  '^~ /static/',
  '^~ /a/',
  '~ \\.php$',
  '~* \\.(css|JS)$',
  '~ ^/a/[^/]+$',
  '~ ^/(?<part>[a-z]+)/deep',
  '/old/',
  '~ ^/old/(\\d+)',
];
const paths = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/c',
  '/a/x',
  '/api',
  '/api/v1/users',
  '/static/x.css',
  '/x.CSS',
  '/index.php',
  '/a/run.php',
  '/old/17',
  '/old/x',
  '/api/deep',
  '/there.html',
  '/folder/',
  '/nothing',
  '/a%20b',
  '/down?x=1',
];

class Generator {
  private state: number;
  private made = 0;
  private extra: string[] = [];

  constructor(
    private readonly seed: number,
    private readonly place: Place,
  ) {
    this.state = (seed * 2_654_435_761) >>> 0;
  }

  make(): Case {
    const count = 1 + this.number(3);
    const names: string[] = [];
    const servers = Array.from({ length: count }, () => this.server(names));
    const plain = names.flatMap((name) => this.asked(name));
    const wanted = [...new Set([...plain, `nobody.${this.place.suffix}`])];
    const questions = Array.from({ length: 8 }, (): Question => ({
      name: this.one(wanted),
      address: this.place.address(1 + this.number(2)),
      port,
      path: this.one(paths),
    }));
    return { http: [...this.extra, ...servers].join('\n'), questions };
  }

  private asked(name: string): string[] {
    const { suffix } = this.place;
    if (name.startsWith('~')) return [`re1.${suffix}`, `re2x.${suffix}`];
    if (name.startsWith('*.') || name.startsWith('.'))
      return [name.replace(/^\*?\./, 'deep.'), name.replace(/^\*?\./, '')];
    return name.endsWith('.*')
      ? [name.replace('.*', '.org')]
      : name === '_' || name === '""'
        ? []
        : [name, name.toUpperCase()];
  }

  private server(names: string[]): string {
    const { suffix, address, root } = this.place;
    const own = this.some(2, [
      `a.${suffix}`,
      `b.${suffix}`,
      `*.${suffix}`,
      `.b.${suffix}`,
      `"~^re(?<n>\\d)\\.${suffix.replaceAll('.', '\\.')}$"`,
      `"~^RE\\dx?\\.${suffix.replaceAll('.', '\\.')}$"`,
      '_',
      `a.${suffix.split('.')[0] ?? ''}.*`,
    ]);
    names.push(...own.map((name) => name.replace(/^"|"$/g, '')));
    const listens = this.chance(0.3) ? [1, 2] : [1 + (this.chance(0.3) ? 1 : 0)];
    const chosen = this.distinct(this.some(5, patterns));
    const named = ['@app', '@other'].map((name) => `location ${name} { ${this.named()} }`);
    return `server {
  ${listens.map((host) => `listen ${address(host)}:${port};`).join(' ')}
  server_name ${own.join(' ')};
  ${this.chance(0.5) ? `root ${root};` : ''}
  ${this.chance(0.15) ? `try_files $uri/index.html $uri ${this.one(['@app', '=404', '/index.php?$args'])};` : ''}
  ${this.chance(0.2) ? this.rule() : ''}
  ${this.chance(0.2) ? `set $pool ${this.target()};` : ''}
  ${this.chance(0.2) ? `error_page 404 ${this.one(['@app', '/a/b', '= @other', '=200 /nothing'])};` : ''}
  ${chosen.map((pattern) => `location ${pattern} { ${this.content(pattern, 2)} }`).join('\n  ')}
  ${named.join('\n  ')}
}`;
  }

  private content(pattern: string, depth: number): string {
    const isExpression = pattern.startsWith('~');
    const kinds = [
      () => this.pass(),
      () => this.pass(),
      () =>
        isExpression ? this.pass() : `proxy_pass http://${this.target()}${this.one(['/', '/sub/', '/x'])};`,
      () => `try_files $uri $uri/ ${this.one(['@app', '@other', '=404', '/index.php', '/a/b?q=$uri'])};`,
      () =>
        `error_page 503 @other; error_page 404 ${this.one(['@app', '/a/x'])}; return ${this.one(['503', '404'])};`,
      () => `error_page 503 @other; if (-f ${this.place.root}/down) { return 503; } try_files $uri @app;`,
      () => `rewrite ^/a/(.*)$ /api/$1 last; ${this.pass()}`,
      () => `rewrite ^/\\w+/(.*)$ /$1 break; ${this.pass()}`,
      () => `rewrite ^ ${this.one(['/a/b', '/api/', '/index.php', '/static/q'])} last;`,
      () => `return ${this.one(['204', '301 /a', '404', '"https://elsewhere.test$request_uri"'])};`,
      () => `internal; ${this.pass()}`,
      () => `if ($request_method = POST) { return 405; } ${this.pass()}`,
      () => `if ($uri ~ ${this.one(['^/a', 'php', '^/old/(\\d+)'])}) { ${this.pass()} } ${this.pass()}`,
      () =>
        `if ($args = "x=1") { ${this.one(['return 403;', 'set $there 1;', 'rewrite ^ /api/ last;'])} } ${this.pass()}`,
      () => `set $to ${this.host()}; proxy_pass http://$to:${this.portOf()};`,
      () => `proxy_pass http://${this.variable()};`,
      () =>
        `root ${this.place.root}; index there.html ${this.one(['index.html', '/index.php', 'index.php'])};`,
      () => (isExpression ? this.pass() : `alias ${this.place.root}/folder/;`),
      () => `limit_except GET { deny all; } ${this.pass()}`,
      () => `deny all; ${this.pass()}`,
      () => `allow all; ${this.pass()}`,
      () => `error_page 502 504 @other; ${this.pass()}`,
      () => `${this.one(['fastcgi_pass', 'uwsgi_pass', 'scgi_pass'])} ${this.target()};`,
      () => `error_page 403 404 = @app; root ${this.place.root}/none;`,
    ];
    const inner =
      depth > 1 && !isExpression && !pattern.startsWith('=') && this.chance(0.25)
        ? `location ${pattern.replace(/^\^~ /, '')}${pattern.endsWith('/') ? '' : '/'}${this.one(['b', 'v1/', 'x'])} { ${this.content('', 1)} } location ~ ${this.one(['php$', 'b'])} { ${this.content('~', 1)} }`
        : '';
    return `${this.one(kinds)()} ${inner}`;
  }

  private named(): string {
    return this.one([
      () => this.pass(),
      () => this.pass(),
      () => `rewrite ^ /down break; ${this.pass()}`,
      () => `rewrite ^ /api/x last;`,
      () => 'return 418;',
      () => `root ${this.place.root}; rewrite ^ /there.html break;`,
    ])();
  }

  private rule(): string {
    return this.one([
      () => 'rewrite ^/old/(\\d+)$ /a/$1;',
      () => 'rewrite ^/old/(\\d+)$ /a/$1 last;',
      () => `if ($host = "a.${this.place.suffix}") { rewrite ^/a$ /api/ last; }`,
      () => `if ($host ~* ^(b)\\.) { set $team $1; }`,
      () => 'if ($uri ~ ^/x) { return 410; }',
      () => 'if ($scheme != http) { return 301 https://$host$request_uri; }',
      () => 'if ($http_x_forwarded_proto = http) { return 301 https://$host$request_uri; }',
      () => 'rewrite ^/nothing$ /there.html break;',
    ])();
  }

  private pass(): string {
    return this.chance(0.25)
      ? `proxy_pass http://${this.upstream()};`
      : `proxy_pass http://${this.target()};`;
  }

  private upstream(): string {
    const name = `up_${this.seed}_${this.made++}`;
    const weight = this.one(['', ' weight=3', ' max_fails=0', ' fail_timeout=0']);
    const more = this.one([
      '',
      `server ${this.target()} down;`,
      `server ${this.target()} backup;`,
      'keepalive 4;',
    ]);
    this.extra.push(
      `upstream ${this.chance(0.3) ? name.toUpperCase() : name} { server ${this.target()}${weight}; ${more} }`,
    );
    return this.chance(0.3) ? name.replace('up', 'Up') : name;
  }

  /** A variable that a map gives an upstream’s name or an address. */
  private variable(): string {
    const name = `map_${this.seed}_${this.made++}`;
    const { suffix } = this.place;
    const source = this.one(['$host', '$uri', '$scheme', '$arg_x', '$request_method']);
    const keys = [
      `a.${suffix} ${this.target()};`,
      `~^b\\. ${this.upstream()};`,
      `~^/a ${this.target()};`,
      `"" ${this.target()};`,
      `"~^/(?<w>old)" ${this.target()};`,
      `GET ${this.target()};`,
    ];
    const chosen = [...new Set(this.some(3, keys))];
    const hostnames =
      source === '$host' && this.chance(0.4) ? `hostnames; *.b.${suffix} ${this.target()};` : '';
    this.extra.push(
      `map ${source} $${name} { ${hostnames} default ${this.chance(0.5) ? this.upstream() : this.target()}; ${chosen.join(' ')} }`,
    );
    return this.one([`$${name}`, `\${${name}}`]);
  }

  private target(): string {
    return this.place.backend(1 + this.number(this.place.backends));
  }

  private host(): string {
    return this.place.backend(1).split(':')[0] ?? '';
  }

  private portOf(): string {
    return this.target().split(':')[1] ?? '';
  }

  /** nginx refuses one prefix twice, with `^~` or without. */
  private distinct(chosen: string[]): string[] {
    return [...new Map(chosen.map((pattern) => [pattern.replace('^~ ', ''), pattern])).values()];
  }

  private some(most: number, from: readonly string[]): string[] {
    return [...new Set(Array.from({ length: 1 + this.number(most) }, () => this.one(from)))];
  }

  private one<Value>(from: readonly Value[]): Value {
    return from[this.number(from.length)] as Value;
  }

  private chance(share: number): boolean {
    return this.number(1000) < share * 1000;
  }

  /** Below `limit`. */
  private number(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
}
