import { blog, hands, server, words, type SiteCase } from './cases.js';

/** What people reported. */
export const reported: SiteCase[] = [
  {
    what: 'try_files of the server block, beside another site whose app is down',
    http: `upstream words_app { server unix:%S fail_timeout=0; }
${words('root %R; try_files $uri/index.html $uri @words_app; location @words_app { proxy_set_header Host $http_host; proxy_pass http://words_app; } error_page 500 502 503 504 /500.html;')}${blog}`,
    down: ['blog'],
    asked: { to: 'socket' },
    right: 'socket',
  },
  {
    what: 'two servers of one name: the second is none',
    http: words(hands('%W')) + words(hands('%B')),
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'two servers of one name, the app behind the one that nginx leaves out: port in belay.yml',
    http: words(hands('%B')) + words(hands('%W')),
    port: 'app',
    asked: { to: 'blog' },
    right: 'nginx.left-out',
  },
  {
    what: 'several named targets',
    http: words(`root %R;
 location / { error_page 503 @maintenance; if (-f %R/down) { return 503; } try_files $uri @app; }
 location @app { proxy_pass http://%W; }
 location @maintenance { root %R; rewrite ^ /down.html break; }`),
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'a constant by set in proxy_pass',
    http: words('resolver 127.0.0.53; set $backend %H; location / { proxy_pass http://$backend:%WP; }'),
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'an upstream whose name differs in case',
    http: `upstream Words_App { server %W; }\n${words(hands('words_app'))}`,
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'an expression among the names, with site',
    http:
      server(String.raw`"~^(?<team>\S+)\.words\.example\.test$"`, hands('%W')) +
      server('other.test', hands('%B')),
    site: 'a.words.example.test',
    asked: { name: 'a.words.example.test', to: 'app' },
    right: 'app',
  },
  {
    what: 'a comment that looks like the heading of a file',
    http: `# configuration file for the word counter:\n${words(hands('%W'))}`,
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'a map of 50,000 lines before the sites, and another port in belay.yml',
    http: `map_hash_max_size 262144; map $request_uri $moved { default "";
${Array.from({ length: 50_000 }, (_, index) => `/old/${index} /n/${index};`).join('\n')}
}
${words(`if ($moved) { return 301 $moved; } ${hands('%W')}`)}`,
    port: 'none',
    asked: { to: 'app' },
    right: 'port.mismatch',
  },
];
