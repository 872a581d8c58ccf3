import { headers, server, upgrade, type Shape } from './shape.js';

/** Of frameworks’ own guides: an app server, or PHP. */
export const frameworks: Shape[] = [
  {
    like: 'gunicorn: a socket upstream, try_files to a named location',
    http: server(
      `client_max_body_size 4G; keepalive_timeout 5; root %ROOT; location / { try_files $uri @proxy_to_app; } location @proxy_to_app { ${headers} proxy_pass http://%ID; } error_page 500 502 503 504 /500.html; location = /500.html { root %ROOT; }`,
      'upstream %ID { server %1 fail_timeout=0; }',
    ),
    asked: { '/': 1, '/x': 1 },
  },
  {
    like: 'Puma: try_files of the server',
    http: server(
      `root %ROOT; try_files $uri/index.html $uri @%ID; location @%ID { ${headers} proxy_pass http://%ID; } error_page 500 502 503 504 /500.html;`,
      'upstream %ID { server %1 fail_timeout=0; }',
    ),
    asked: { '/': 1, '/posts/1': 1 },
  },
  {
    like: 'Unicorn: an if for the maintenance page',
    http: server(
      `root %ROOT; location / { if (-f $document_root/system/maintenance.html) { return 503; } try_files $uri $uri.html @%ID; } error_page 503 @maintenance; location @maintenance { rewrite ^(.*)$ /system/maintenance.html break; } location @%ID { proxy_pass http://%ID; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/': 1, '/a': 1 },
  },
  {
    like: 'Unicorn of old: if (!-f $request_filename)',
    http: server(
      `root %ROOT; location / { ${headers} if (!-f $request_filename) { proxy_pass http://%ID; break; } }`,
      'upstream %ID { server %1 fail_timeout=0; }',
    ),
    asked: { '/app': 1 },
  },
  {
    like: 'Action Cable: /cable beside the app',
    http: server(
      `root %ROOT; location /cable { ${upgrade} proxy_pass http://%2; } location / { try_files $uri @app; } location @app { proxy_pass http://%1; }`,
    ),
    asked: { '/': 1, '/cable': 2 },
  },
  {
    like: 'Django: static and media aside',
    http: server(
      `location = /favicon.ico { access_log off; log_not_found off; } location /static/ { alias %ROOT/; } location /media/ { root %ROOT; } location / { include %PARAMS; proxy_pass http://%1; }`,
    ),
    asked: { '/': 1, '/admin/': 1, '/static/x.css': 0, '/media/x.png': 0 },
  },
  {
    like: 'uWSGI: uwsgi_pass to an upstream',
    http: server(
      `charset utf-8; location /media { alias %ROOT; } location / { uwsgi_pass %ID; uwsgi_param REQUEST_URI $request_uri; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/': 1, '/x/y': 1 },
  },
  {
    like: 'uvicorn: an upgrade map',
    http: server(
      `location / { ${headers} proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $%ID_upgrade; proxy_buffering off; proxy_pass http://%ID; } location /static { root %ROOT; }`,
      'map $http_upgrade $%ID_upgrade { default upgrade; "" close; } upstream %ID { server %1; }',
    ),
    asked: { '/': 1, '/ws': 1 },
  },
  {
    like: 'Flask under a prefix',
    http: server(
      `location = /myapp { rewrite ^ /myapp/; } location /myapp { proxy_pass http://%1/; proxy_set_header X-Forwarded-Prefix /myapp; } location / { return 404; }`,
    ),
    asked: { '/myapp/': 1, '/myapp/x': 1, '/': 0 },
  },
  {
    like: 'Node: several apps below paths',
    http: server(
      `location / { proxy_pass http://%1; } location /app2 { proxy_pass http://%2; } location /app3/ { proxy_pass http://%3/; }`,
    ),
    asked: { '/': 1, '/app2': 2, '/app2/x': 2, '/app3/x': 3, '/app3': 0 },
  },
  {
    like: 'socket.io: ip_hash over one app',
    http: server(`location / { ${upgrade} proxy_pass http://%ID; }`, 'upstream %ID { ip_hash; server %1; }'),
    asked: { '/': 1 },
  },
  {
    like: 'Next.js: its static folder from disk, else the app',
    http: server(
      `root %ROOT; location /_next/static/ { try_files $uri @next; expires 365d; } location / { try_files $uri.html $uri/index.html @next; } location @next { proxy_pass http://%1; }`,
    ),
    asked: { '/': 1, '/_next/static/a.js': 1 },
  },
  {
    like: 'a single page with its API',
    http: server(
      `root %ROOT; index index.html; location / { try_files $uri $uri/ /index.html; } location /api/ { proxy_pass http://%1; } location ~ /\\.(?!well-known) { deny all; }`,
    ),
    asked: { '/api/': 1, '/api/users': 1, '/some/page': 0, '/.git/config': 0 },
  },
  {
    like: 'a single page whose API loses its prefix',
    http: server(
      `root %ROOT; location / { try_files $uri /index.html =404; } location /api/ { rewrite ^/api/(.*)$ /$1 break; proxy_pass http://%1; }`,
    ),
    asked: { '/api/users': 1, '/x': 0 },
  },
  {
    like: 'Nextcloud: PHP by an expression, everything by index.php',
    http: server(
      `root %ROOT; index index.php index.html /index.php$request_uri; location = /robots.txt { allow all; } location ^~ /.well-known { location = /.well-known/carddav { return 301 /remote.php/dav/; } return 301 /index.php$request_uri; } location ~ ^/(?:build|tests|config|lib|3rdparty|templates|data)(?:$|/) { return 404; } location ~ \\.php(?:$|/) { rewrite ^/(?!index|remote|public|cron|status) /index.php$request_uri; fastcgi_split_path_info ^(.+?\\.php)(/.*)$; fastcgi_pass %1; } location ~ \\.(?:css|js|svg)$ { try_files $uri /index.php$request_uri; } location / { try_files $uri $uri/ /index.php$request_uri; }`,
    ),
    asked: {
      '/index.php': 1,
      '/apps/files': 1,
      '/config/x': 0,
      '/.well-known/carddav': 0,
      '/status.php': 1,
      '/x.css': 1,
    },
  },
  {
    like: 'WordPress: the front controller',
    http: server(
      `root %ROOT; index index.php; location = /favicon.ico { log_not_found off; } location / { try_files $uri $uri/ /index.php?$args; } location ~ \\.php$ { include %PARAMS; fastcgi_intercept_errors on; fastcgi_pass %1; } location ~* \\.(js|css|png)$ { expires max; }`,
    ),
    asked: { '/2024/post': 1, '/wp-login.php': 1, '/x.css': 0 },
  },
  {
    like: 'Laravel: try_files and an error page',
    http: server(
      `root %ROOT; index index.php; charset utf-8; location / { try_files $uri $uri/ /index.php?$query_string; } error_page 404 /index.php; location ~ ^/index\\.php(/|$) { fastcgi_pass %1; fastcgi_hide_header X-Powered-By; } location ~ /\\.(?!well-known).* { deny all; }`,
    ),
    asked: { '/users': 1, '/index.php': 1, '/.env': 0 },
  },
  {
    like: 'Symfony: an internal front controller',
    http: server(
      `root %ROOT; location / { try_files $uri /index.php$is_args$args; } location ~ ^/index\\.php(/|$) { fastcgi_pass %1; fastcgi_split_path_info ^(.+\\.php)(/.*)$; internal; } location ~ \\.php$ { return 404; }`,
    ),
    asked: { '/blog': 1, '/index.php': 0, '/other.php': 0 },
  },
  {
    like: 'Drupal: rewrite in a named location',
    http: server(
      `root %ROOT; location / { try_files $uri @rewrite; } location @rewrite { rewrite ^ /index.php; } location ~ '\\.php$|^/update.php' { fastcgi_pass %1; } location ~ (^|/)\\. { return 403; }`,
    ),
    asked: { '/node/1': 1, '/.x': 0 },
  },
  {
    like: 'phpMyAdmin beside an app, nested PHP',
    http: server(
      `location / { proxy_pass http://%1; } location ^~ /pma/ { root %ROOT; index index.php; location ~ \\.php$ { fastcgi_pass %2; } }`,
    ),
    asked: { '/': 1, '/pma/index.php': 2, '/x.php': 1 },
  },
];
