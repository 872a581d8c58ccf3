import { blog, hands, server, words, type SiteCase } from './cases.js';

/** Of the same kinds. */
export const more: SiteCase[] = [
  {
    what: 'only another site, which is down',
    http: blog,
    down: ['blog'],
    right: 'nginx.ambiguous-site',
  },
  {
    what: 'another site, which is down, beside files of the app’s name',
    http: words('root %R;') + blog,
    down: ['app', 'blog'],
    right: 'nginx.ambiguous-site',
  },
  {
    what: 'several sites: what listens at one works in the app’s folder',
    http: words(hands('%W')) + blog + server('shop.example.test', hands('%C')),
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'several sites, of which belay.yml asks one as a visitor does',
    http: server('shop.example.test', hands('%W')) + blog,
    down: ['app', 'blog'],
    external: 'http://shop.example.test/',
    asked: { name: 'shop.example.test', to: 'app' },
    right: 'app',
  },
  {
    what: 'several sites and nothing that tells them apart',
    http: server('shop.example.test', hands('%W')) + blog,
    down: ['app', 'blog'],
    right: 'nginx.ambiguous-site',
  },
  {
    what: 'rewrite … last to an internal location',
    http: words(
      'rewrite ^/(.*)$ /inner/$1 last; location /inner/ { internal; proxy_pass http://%W/; } location / { proxy_pass http://%B; }',
    ),
    site: 'words.example.test',
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'error_page 404 = @app before files',
    http:
      words('root %R; location / { error_page 404 403 = @app; } location @app { proxy_pass http://%W; }') +
      blog,
    site: 'words.example.test',
    asked: { path: '/none', to: 'app' },
    right: 'app',
  },
  {
    what: 'error_page that leads to a path of nginx',
    http: words('root %R; error_page 404 403 = /app; location = /app { internal; proxy_pass http://%W; }'),
    site: 'words.example.test',
    asked: { path: '/none', to: 'app' },
    right: 'app',
  },
  {
    what: 'a regular expression that takes the path before the prefix',
    http: words('location ~ ^/$ { proxy_pass http://%W; } location / { proxy_pass http://%B; }'),
    site: 'words.example.test',
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: '^~ before a regular expression',
    http: words('location ^~ /tools { proxy_pass http://%W; } location ~ ^/tools { proxy_pass http://%B; }'),
    site: 'words.example.test/tools',
    asked: { path: '/tools/x', to: 'app' },
    right: 'app',
  },
  {
    what: '= / to another app than the rest',
    http: words('location = / { proxy_pass http://%W; } location / { proxy_pass http://%B; }'),
    site: 'words.example.test',
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'nested locations',
    http: words(
      'location /tools/ { proxy_pass http://%B; location /tools/words/ { proxy_pass http://%W; } }',
    ),
    site: 'words.example.test/tools/words',
    asked: { path: '/tools/words/', to: 'app' },
    right: 'app',
  },
  {
    what: 'a redirect of one name in the server before it hands on',
    http:
      server(
        'words.example.test www.words.example.test',
        `if ($host = www.words.example.test) { return 301 http://words.example.test$request_uri; } ${hands('%W')}`,
      ) + blog,
    site: 'words.example.test',
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'a server that answers by itself',
    http: words(`return 503; ${hands('%W')}`) + blog,
    site: 'words.example.test',
    right: 'nginx.unknown-site',
  },
  {
    what: '.name before the name alone',
    http: server('.words.example.test', hands('%W')) + words(hands('%B')),
    site: 'words.example.test',
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'the longer *.name, and upper case',
    http: server('*.example.test', hands('%B')) + server('*.Words.example.test', hands('%W')),
    site: 'a.words.example.test',
    asked: { name: 'a.words.example.test', to: 'app' },
    right: 'app',
  },
  {
    what: 'an upstream with a backup and one that is down',
    http: `upstream app { server %W; server %B backup; server %C down; }\n${words(hands('app'))}`,
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'a map of host names to addresses',
    http: `map $host $to { hostnames; default %B; .words.example.test %W; }\n${server('words.example.test blog.example.test', 'location / { proxy_pass http://$to; }')}`,
    site: 'words.example.test',
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'PHP beside the app',
    http: words(String.raw`location ~ \.php$ { fastcgi_pass %B; } location / { proxy_pass http://%W; }`),
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: 'uwsgi alone',
    http: words('location / { uwsgi_pass %W; }'),
    asked: { to: 'app' },
    right: 'nginx.not-http',
  },
  {
    what: 'https to the app',
    http: words('location / { proxy_pass https://%W; }'),
    right: 'nginx.not-http',
  },
  {
    what: 'grpc alone',
    http: words('location / { grpc_pass grpc://%W; }'),
    right: 'nginx.not-http',
  },
  {
    what: 'which app depends on a cookie',
    http: `map $cookie_new $to { default %W; yes %B; }\n${words('location / { proxy_pass http://$to; }')}`,
    site: 'words.example.test',
    down: ['app', 'blog'],
    right: 'nginx.ambiguous-site',
  },
  {
    what: 'another machine',
    http: words('location / { proxy_pass http://192.0.2.7:80; }'),
    right: 'nginx.remote-backend',
  },
  {
    what: 'two instances',
    http: `upstream app { server %W; server %C; }\n${words(hands('app'))}`,
    right: 'nginx.several-backends',
  },
  {
    what: 'no name at all, and nothing that listens yet',
    http: `server { listen %L default_server; server_name _; ${hands('%W')} }`,
    down: ['app'],
    asked: { to: 'app' },
    right: 'app',
  },
  {
    what: '_ that is not the default is never asked',
    http: words(hands('%W')) + `server { listen %L; server_name _; ${hands('%B')} }\n`,
    asked: { name: 'else.example.test', to: 'app' },
    right: 'app',
  },
];
