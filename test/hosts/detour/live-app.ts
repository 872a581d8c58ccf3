import type { Box } from '../servers/box.js';

/**
 * In Python, alone, on PORT: a websocket that says its version to whatever comes, a page that is long in coming, one of 100 MB, and
 * whatever is posted counted. It ends at once when it is told to.
 */
export function liveApp(version: string): string {
  return `import base64, hashlib, http.server, os, time

VERSION = '${version}'


class App(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        if self.path == '/socket':
            self.talk()
        elif self.path == '/big':
            self.head(100_000_000)
            for _ in range(100):
                self.wfile.write(b'x' * 1_000_000)
        else:
            if self.path == '/poll':
                time.sleep(8)
            self.say('hello')

    def do_POST(self):
        left = int(self.headers['Content-Length'])
        taken = 0
        while taken < left:
            taken += len(self.rfile.read(min(1_000_000, left - taken)))
        self.say(str(taken))

    def head(self, length):
        self.send_response(200)
        self.send_header('X-Version', VERSION)
        self.send_header('Content-Length', str(length))
        self.end_headers()

    def say(self, text):
        self.head(len(text))
        self.wfile.write(text.encode())

    def talk(self):
        key = self.headers['Sec-WebSocket-Key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        self.send_response(101)
        self.send_header('Upgrade', 'websocket')
        self.send_header('Connection', 'Upgrade')
        self.send_header('Sec-WebSocket-Accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.close_connection = True
        while True:
            head = self.rfile.read(2)
            if len(head) < 2:
                return
            self.rfile.read(4 + (head[1] & 127))
            self.wfile.write(bytes([0x81, len(VERSION)]) + VERSION.encode())
            self.wfile.flush()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512


Server(('127.0.0.1', int(os.environ['PORT'])), App).serve_forever()
`;
}

/** Its first version under a unit of somebody's own, behind an nginx with TLS and HTTP/2 that hands websockets on. */
export async function layLiveApp(box: Box): Promise<void> {
  await box.lay('live', { 'app.py': liveApp('zero') });
  await box.on(`cat >/etc/systemd/system/live.service <<'END'
[Service]
User=live
WorkingDirectory=/srv/live
Environment=PORT=8960
ExecStart=/usr/bin/python3 /srv/live/app.py
Restart=always
[Install]
WantedBy=multi-user.target
END
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=live.example.test \\
      -keyout /etc/ssl/private/live.pem -out /etc/ssl/certs/live.pem 2>/dev/null
    cat >/etc/nginx/sites-enabled/live <<'END'
map $http_upgrade $live_connection { default upgrade; '' ''; }
upstream live { server 127.0.0.1:8960; keepalive 8; }
server {
  listen 80;
  listen 443 ssl http2;
  server_name live.example.test;
  ssl_certificate /etc/ssl/certs/live.pem;
  ssl_certificate_key /etc/ssl/private/live.pem;
  client_max_body_size 200m;
  location / {
    proxy_pass http://live;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $live_connection;
    proxy_read_timeout 1h;
  }
}
END
    systemctl daemon-reload; systemctl enable --quiet --now live; nginx -s reload`);
  await box.until(`curl -fs -H 'Host: live.example.test' http://127.0.0.1/`);
}
