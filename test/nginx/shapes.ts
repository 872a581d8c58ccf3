/**
 * Shapes in which public projects and their guides put nginx before an app, in words of our own. In a text, `%N` is backend N's
 * address, `%HOST` and `%PORT` are the first one's, `%ROOT` a folder of files, `%LISTEN` an address and port, `%NAME` a name of
 * its own, `%ID` a word of its own.
 */
export interface Shape {
  /** Whose guides have it. */
  like: string;
  http: string;
  /** Path → the number of the backend that is the app’s; 0: nginx itself answers. */
  asked: Record<string, number>;
}

const headers =
  'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_redirect off;';
const upgrade =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
const server = (body: string, more = '') => `${more} server { listen %LISTEN; server_name %NAME; ${body} }`;

export const shapes: Shape[] = [
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
    like: 'Rails behind Capistrano: assets aside',
    http: server(
      `root %ROOT; location ^~ /assets/ { gzip_static on; expires max; add_header Cache-Control public; } try_files $uri/index.html $uri @puma; location @puma { proxy_pass http://%ID; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/': 1, '/assets/a.css': 0 },
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
    like: 'Node: upgrade headers and cache bypass',
    http: server(`location / { ${upgrade} proxy_cache_bypass $http_upgrade; proxy_pass http://%1; }`),
    asked: { '/': 1, '/socket.io/?x=1': 1 },
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
    like: 'Nuxt: gzip, and a map for the cache',
    http: server(
      `gzip on; location / { expires $%ID_expires; proxy_read_timeout 1m; proxy_pass http://%1; }`,
      'map $sent_http_content_type $%ID_expires { "text/html" epoch; "text/html; charset=utf-8" epoch; default off; }',
    ),
    asked: { '/': 1 },
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
    like: 'Phoenix: an upgrade map and an upstream',
    http: server(
      `location / { allow all; proxy_http_version 1.1; proxy_set_header Connection $%ID_c; proxy_pass http://%ID; }`,
      'map $http_upgrade $%ID_c { default upgrade; "" close; } upstream %ID { server %1 max_fails=5 fail_timeout=60s; }',
    ),
    asked: { '/': 1, '/live/websocket': 1 },
  },
  {
    like: 'Ghost: well-known aside',
    http: server(
      `root %ROOT; location / { ${headers} proxy_pass http://%1; } location ~ /.well-known { allow all; } client_max_body_size 50m;`,
    ),
    asked: { '/': 1, '/ghost/': 1, '/.well-known/x': 0 },
  },
  {
    like: 'Mastodon: files, then @proxy, streaming aside',
    http: server(
      `root %ROOT; location / { try_files $uri @proxy; } location = /sw.js { add_header Cache-Control "public, max-age=604800"; try_files $uri =404; } location ~ ^/assets/ { try_files $uri =404; } location ^~ /api/v1/streaming { ${upgrade} proxy_pass http://%ID_s; tcp_nodelay on; } location @proxy { ${headers} proxy_pass http://%ID_b; proxy_cache off; } error_page 404 500 501 502 503 504 /500.html;`,
      'upstream %ID_b { server %1 fail_timeout=0; } upstream %ID_s { least_conn; server %2 fail_timeout=0; }',
    ),
    asked: { '/': 1, '/@someone': 1, '/api/v1/streaming': 2, '/assets/x.js': 1, '/sw.js': 1 },
  },
  {
    like: 'Mastodon of old: error pages and named location for all',
    http: server(
      `root %ROOT; location / { try_files $uri @proxy; } location ~ ^/(emoji|packs|system/accounts/avatars) { add_header Cache-Control "public, immutable"; try_files $uri @proxy; } location @proxy { proxy_pass http://%1; } error_page 500 501 502 503 504 /500.html;`,
    ),
    asked: { '/': 1, '/packs/x.js': 1 },
  },
  {
    like: 'Discourse: a named location by try_files, and a folder of uploads',
    http: server(
      `root %ROOT; set $public %ROOT; location / { root $public; add_header ETag ""; location ~ ^/uploads/short-url/ { ${headers} proxy_pass http://%ID; break; } location ~ ^/uploads/ { ${headers} proxy_pass http://%ID; break; } try_files $uri @%ID; } location /message-bus/ { proxy_buffering off; proxy_pass http://%ID; break; } location @%ID { ${headers} proxy_pass http://%ID; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/': 1, '/uploads/default/x.png': 1, '/message-bus/x': 1, '/t/1': 1 },
  },
  {
    like: 'GitLab: one upstream for workhorse, error pages',
    http: server(
      `client_max_body_size 0; location / { gzip off; ${headers} proxy_pass http://%ID; } error_page 404 /404.html; error_page 502 /502.html; location ~ ^/(404|422|500|502)(-custom)?\\.html$ { root %ROOT; internal; }`,
      'upstream %ID { server %1 fail_timeout=0; }',
    ),
    asked: { '/': 1, '/404.html': 0, '/group/project': 1 },
  },
  {
    like: 'Gitea: below a path',
    http: server(
      `location /git/ { rewrite ^ $request_uri; rewrite ^/git(/.*) $1 break; proxy_pass http://%1$uri; } location / { return 302 /git/; }`,
    ),
    asked: { '/git/x': 1, '/': 0 },
  },
  {
    like: 'Jenkins: files of its own, then the app',
    http: server(
      `root %ROOT; ignore_invalid_headers off; location ~ "^/static/[0-9a-fA-F]{8}\\/(.*)$" { rewrite "^/static/[0-9a-fA-F]{8}\\/(.*)" /$1 last; } location /userContent { root %ROOT; if (!-f $request_filename) { rewrite (.*) /$1 last; break; } sendfile on; } location / { sendfile off; proxy_pass http://%ID; proxy_request_buffering off; }`,
      'upstream %ID { keepalive 32; server %1; }',
    ),
    asked: { '/': 1, '/job/x': 1, '/static/0123abcd/x.css': 1 },
  },
  {
    like: 'Grafana: live beside the rest',
    http: server(
      `location / { proxy_pass http://%ID; } location /api/live/ { ${upgrade} proxy_pass http://%ID; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/': 1, '/api/live/ws': 1 },
  },
  {
    like: 'Grafana below a path',
    http: server(
      `location /grafana/ { rewrite ^/grafana/(.*) /$1 break; proxy_pass http://%ID; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/grafana/d/x': 1, '/grafana': 0 },
  },
  {
    like: 'Matrix: an expression for its paths',
    http: server(
      `location ~ ^(/_matrix|/_synapse/client) { ${headers} client_max_body_size 50M; proxy_pass http://%1; } location /.well-known/matrix/client { return 200 '{"a": 1}'; default_type application/json; } location / { proxy_pass http://%2; }`,
    ),
    asked: { '/_matrix/client/versions': 1, '/': 2, '/.well-known/matrix/client': 0 },
  },
  {
    like: 'Vaultwarden: two addresses of one app',
    http: server(
      `location / { proxy_pass http://%ID; } location /notifications/hub { ${upgrade} proxy_pass http://%ID_ws; } location /notifications/hub/negotiate { proxy_pass http://%ID; }`,
      'upstream %ID { zone %ID 64k; server %1; keepalive 2; } upstream %ID_ws { server %2; }',
    ),
    asked: { '/': 1, '/notifications/hub': 2, '/notifications/hub/negotiate': 1 },
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
    like: 'oauth2-proxy: an error page for who is not logged in',
    http: server(
      'location /oauth2/ { proxy_pass http://%2; } location = /oauth2/auth { internal; return 204; } location / { auth_request /oauth2/auth; error_page 401 = /oauth2/sign_in; proxy_pass http://%1; }',
    ),
    asked: { '/oauth2/start': 2 },
  },
  {
    like: 'RabbitMQ and the like: encoded slashes kept by the request’s own path',
    http: server(
      'location ~* /rabbit/(.*) { rewrite ^ $request_uri; rewrite ^/rabbit/(.*)$ /$1 break; return 400; proxy_pass http://%1$uri; }',
    ),
    asked: { '/rabbit/x': 1 },
  },
  {
    like: 'Elasticsearch: methods refused',
    http: server('location / { limit_except GET { deny all; } proxy_pass http://%1; }'),
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
    like: 'Home Assistant: a redirect for the websocket',
    http: server(
      `location / { ${headers} proxy_pass http://%1; } location /api/websocket { ${upgrade} proxy_pass http://%1; }`,
    ),
    asked: { '/': 1, '/api/websocket': 1 },
  },
  {
    like: 'MinIO: headers and buffering off',
    http: server(
      `ignore_invalid_headers off; client_max_body_size 0; proxy_buffering off; location / { proxy_set_header Connection ""; chunked_transfer_encoding off; proxy_pass http://%ID; } location /minio/ui/ { rewrite ^/minio/ui/(.*) /$1 break; proxy_pass http://%ID_c; }`,
      'upstream %ID { least_conn; server %1; } upstream %ID_c { least_conn; server %2; }',
    ),
    asked: { '/': 1, '/minio/ui/x': 2 },
  },
  {
    like: 'Sentry: relay beside the web',
    http: server(
      'location /api/store/ { proxy_pass http://%ID_r; } location ~ ^/api/[1-9]\\d*/ { proxy_pass http://%ID_r; } location ^~ /api/0/ { proxy_pass http://%ID_w; } location / { proxy_pass http://%ID_w; }',
      'upstream %ID_r { server %2; } upstream %ID_w { server %1; }',
    ),
    asked: { '/': 1, '/api/0/x': 1, '/api/12/envelope/': 2, '/api/store/': 2 },
  },
  {
    like: 'Plausible: a script of its own name',
    http: server(
      'location = /js/script.js { rewrite ^ /js/plausible.js break; proxy_pass http://%2; } location = /api/event { proxy_pass http://%2; } location / { proxy_pass http://%1; }',
    ),
    asked: { '/': 1, '/js/script.js': 2, '/api/event': 2 },
  },
];
