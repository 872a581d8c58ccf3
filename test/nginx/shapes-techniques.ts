import { server, type Shape } from './shape.js';

/** Of what people put before whatever app. */
export const techniques: Shape[] = [
  {
    like: 'certbot: the challenge, then a redirect by if',
    http: `server { listen %LISTEN; server_name %NAME www.%NAME; if ($host = www.%NAME) { return 301 http://%NAME$request_uri; } # managed
 location /.well-known/acme-challenge/ { root %ROOT; } location / { proxy_pass http://%1; } }`,
    asked: { '/': 1, '/.well-known/acme-challenge/t': 0 },
  },
  {
    like: 'certbot: nothing but redirects and 404 left on port 80',
    http: server(`if ($host = %NAME) { return 301 https://$host$request_uri; } return 404;`),
    asked: { '/': 0, '/x': 0 },
  },
  {
    like: 'a canonical name by a rewrite of the server',
    http: server(
      `if ($host !~ ^%NAME$) { rewrite ^/(.*)$ http://%NAME/$1 permanent; } location / { proxy_pass http://%1; }`,
    ),
    asked: { '/': 1 },
  },
  {
    like: 'blue and green by an include that sets a variable',
    http: server(
      `set $active %ID_blue; location / { proxy_pass http://$active; }`,
      'upstream %ID_blue { server %1; } upstream %ID_green { server %2; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'tenants by a map of the host',
    http: server(
      'location / { proxy_pass http://$%ID_to; }',
      'map $host $%ID_to { hostnames; default %2; .%NAME %1; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'versions of an API by a map of the path',
    http: server('location / { proxy_pass http://$%ID_to; }', 'map $uri $%ID_to { default %1; ~^/v2/ %2; }'),
    asked: { '/': 1, '/v2/x': 2 },
  },
  {
    like: 'a regular name whose group is the folder',
    http: 'server { listen %LISTEN; server_name ~^(?<%ID>.+)$; root %ROOT/$%ID; location / { try_files $uri @app; } location @app { proxy_pass http://%1; } }',
    asked: { '/': 1 },
  },
  {
    like: 'a cache of answers with a purge',
    http: server(
      'location / { proxy_cache_valid 200 10m; proxy_cache_use_stale error timeout updating http_500; proxy_pass http://%1; } location ~ /purge(/.*) { allow 127.0.0.1; deny all; proxy_pass http://%1$1; }',
    ),
    asked: { '/': 1, '/purge/x': 1 },
  },
  {
    like: 'auth_request beside an app',
    http: server(
      'location / { auth_request /auth; proxy_pass http://%1; } location = /auth { internal; return 204; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'a status page beside the app',
    http: server(
      'location = /nginx_status { stub_status; allow 127.0.0.0/8; deny all; } location / { proxy_pass http://%1; }',
    ),
    asked: { '/': 1, '/nginx_status': 0 },
  },
  {
    like: 'maintenance switched by a variable',
    http: server(
      'set $maintenance 0; if (-f %ROOT/maintenance.on) { set $maintenance 1; } if ($remote_addr = 10.9.8.7) { set $maintenance 0; } if ($maintenance = 1) { return 503; } error_page 503 @m; location @m { root %ROOT; rewrite ^ /maintenance.html break; } location / { proxy_pass http://%1; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'bots sent away',
    http: server(
      'if ($http_user_agent ~* (curlbot|scrapy)) { return 403; } location / { proxy_pass http://%1; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'an old site’s paths by rewrites',
    http: server(
      'rewrite ^/blog/(\\d+)\\.html$ /posts/$1 last; rewrite ^/feed$ /rss.xml permanent; location / { proxy_pass http://%1; } location /posts/ { proxy_pass http://%2; }',
    ),
    asked: { '/': 1, '/blog/7.html': 2, '/feed': 0 },
  },
  {
    like: 'a fallback app for what the first does not have',
    http: server(
      'location / { proxy_intercept_errors on; error_page 404 = @old; proxy_pass http://%1; } location @old { proxy_pass http://%2; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'several servers of an upstream, one kept in reserve',
    http: server(
      'location / { proxy_pass http://%ID; }',
      'upstream %ID { server %1 weight=5; server %2 backup; server %3 down; }',
    ),
    asked: { '/': 1 },
  },
  {
    like: 'a port of the address in a variable',
    http: server('set $app_port %PORT; location / { proxy_pass http://%HOST:$app_port; }'),
    asked: { '/': 1 },
  },
  {
    like: 'every path with a slash at its end, by a permanent rewrite',
    http: server('rewrite ^([^.]*[^/])$ $1/ permanent; location / { proxy_pass http://%1; }'),
    asked: { '/a': 0, '/a/': 1, '/a.css': 1 },
  },
  {
    like: 'pictures made smaller: an expression’s groups in the path that is handed on',
    http: server(
      'location ~ "^/thumb/(?<w%ID>[0-9]{1,4})x(?<h%ID>[0-9]{1,4})/(?<p%ID>.*)$" { proxy_pass http://%2/unsafe/${w%ID}x${h%ID}/$p%ID; } location / { proxy_pass http://%1; }',
    ),
    asked: { '/thumb/20x30/a.png': 2, '/thumb/wide/a.png': 1 },
  },
];
