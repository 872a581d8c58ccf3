import { headers, server, upgrade, type Shape } from './shape.js';

/** Of projects that people run as they are. */
export const projects: Shape[] = [
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
    like: 'oauth2-proxy: an error page for who is not logged in',
    http: server(
      'location /oauth2/ { proxy_pass http://%2; } location = /oauth2/auth { internal; return 204; } location / { auth_request /oauth2/auth; error_page 401 = /oauth2/sign_in; proxy_pass http://%1; }',
    ),
    asked: { '/oauth2/start': 2 },
  },
  {
    like: 'Elasticsearch: methods refused',
    http: server('location / { limit_except GET { deny all; } proxy_pass http://%1; }'),
    asked: { '/': 1 },
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
  {
    like: 'Odoo: long polling, and static files of any module from the app',
    http: server(
      `location /longpolling { proxy_pass http://%ID_chat; } location ~* /web/static/ { proxy_cache_valid 200 60m; proxy_buffering on; expires 864000; proxy_pass http://%ID; } location / { ${headers} proxy_pass http://%ID; }`,
      'upstream %ID { server %1; } upstream %ID_chat { server %2; }',
    ),
    asked: { '/': 1, '/longpolling/poll': 2, '/web/static/a.css': 1, '/some/web/static/b.js': 1 },
  },
  {
    like: 'a registry of images: old clients turned away, nothing else served',
    http: server(
      `chunked_transfer_encoding on; location /v2/ { if ($http_user_agent ~ "^(docker\\/1\\.(3|4|5(?!\\.[0-9]-dev))|Go ).*$") { return 404; } proxy_pass http://%ID; proxy_read_timeout 900; }`,
      'upstream %ID { server %1; }',
    ),
    asked: { '/v2/': 1, '/v2/words/manifests/1': 1, '/': 0 },
  },
  {
    like: 'Jira: a context path of the app’s own, the root led there',
    http: server(
      `location = / { return 302 /jira/; } location /jira { ${headers} proxy_pass http://%1/jira; }`,
    ),
    asked: { '/': 0, '/jira': 1, '/jira/browse/X-1': 1, '/other': 0 },
  },
  {
    like: 'Prometheus and Alertmanager below paths, each with a path of its own behind',
    http: server(
      'location /prometheus/ { proxy_pass http://%1/prometheus/; } location /alertmanager/ { proxy_pass http://%2/; } location = /prometheus { return 301 /prometheus/; } location / { return 404; }',
    ),
    asked: { '/prometheus/graph': 1, '/alertmanager/': 2, '/prometheus': 0, '/': 0 },
  },
  {
    like: 'MediaWiki: pages by their names, a few scripts alone',
    http: server(
      `root %ROOT; location /wiki/ { rewrite ^/wiki/(?<pagename>.*)$ /w/index.php; } location ~ ^/w/(index|load|api|thumb)\\.php$ { fastcgi_param A b; fastcgi_pass %1; } location /w/ { return 403; } location = / { return 301 /wiki/Main_Page; }`,
    ),
    asked: { '/wiki/Main_Page': 1, '/w/index.php': 1, '/w/LocalSettings.php': 0, '/': 0 },
  },
  {
    like: 'PeerTube: try_files of nothing, for named locations',
    http: server(
      `root %ROOT; location @api { ${headers} proxy_pass http://%ID; } location / { try_files /dev/null @api; } location ~ ^/api/v1/videos/(upload-resumable|([^/]+/source/replace-resumable))$ { client_max_body_size 0; proxy_request_buffering off; try_files /dev/null @api; } location @api_websocket { ${upgrade} proxy_pass http://%ID_ws; } location /socket.io { try_files /dev/null @api_websocket; } location ~ ^/plugins/[^/]+(/[^/]+)?/ws/ { try_files /dev/null @api_websocket; }`,
      'upstream %ID { server %1; } upstream %ID_ws { server %2; }',
    ),
    asked: { '/': 1, '/api/v1/videos/upload-resumable': 1, '/socket.io/': 2, '/plugins/a/ws/': 2 },
  },
  {
    like: 'Lemmy: pages or the API, by what is asked and how',
    http: server(
      `location / { set $to http://%2; if ($http_accept = "application/activity+json") { set $to http://%1; } if ($request_method = POST) { set $to http://%1; } proxy_pass $to; } location ~ ^/(api|pictrs|feeds|nodeinfo)/ { proxy_pass http://%1; }`,
    ),
    asked: { '/api/v3/site': 1, '/c/words': 2 },
  },
];
