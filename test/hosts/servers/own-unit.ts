import type { Version } from './app.js';

/** In Python, alone, on PORT: tells systemd when it is ready, and greets as its environment says. */
export function tunedApp(version: Version): string {
  return `import http.server, os, socket

${handler(version, "os.environ['GREETING']")}

server = http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), App)
print('serves version ${version.number}', flush=True)
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
    address = os.environ['NOTIFY_SOCKET']
    told.connect('\\0' + address[1:] if address[0] == '@' else address)
    told.send(b'READY=1')
server.serve_forever()
`;
}

/** In Python, alone: listens on the socket that systemd hands it, and answers what it has taken before it ends. */
export function handedApp(version: Version): string {
  return `import http.server, os, signal, socket, threading

${handler(version, "''")}

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

    def server_bind(self):
        self.socket = socket.socket(fileno=3)

    def server_activate(self):
        pass


server = Server(('127.0.0.1', 0), App)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
`;
}

function handler({ number, broken = false }: Version, greeting: string): string {
  return `class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        broken = ${broken ? "not os.environ.get('BELAY_REHEARSAL')" : 'False'}
        self.send_response(500 if broken else 200)
        self.end_headers()
        self.wfile.write(('version ${number} ' + ${greeting}).strip().encode())

    def log_message(self, *_):
        pass
`;
}

/**
 * A command that prints all that a deployment must leave as it is: the unit's files and links, byte for byte, what systemd
 * shows of its settings, and what its main process was given.
 */
export function filesOfUnit(name: string): string {
  return `cd /etc/systemd/system
    find . \\( -name '${name}.*' -o -path './${name}.*' \\) -type f -exec sha256sum {} + | sort
    find . \\( -name '${name}.*' -o -path './${name}.*' \\) -printf '%p %M %U:%G %T@ %l\\n' | sort
    systemctl show ${name}.service | grep -vE '${ofARun}' | sort | awk '${inOrder}'
    pid=$(systemctl show -p MainPID --value ${name}.service)
    grep -E '^(Uid|Gid|Groups|Umask|NoNewPrivs|Seccomp|CapBnd|CapEff):' /proc/$pid/status
    cat /proc/$pid/limits /proc/$pid/cgroup
    tr '\\0' '\\n' </proc/$pid/environ | grep -vE '^(INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|LISTEN_PID|SYSTEMD_EXEC_PID)=' | sort`;
}

/** systemd shows the names of other units in an order that changes by itself. */
const inOrder = `/^(After|Before|Wants|WantedBy|Requires|RequiredBy|Conflicts|TriggeredBy|RequiresMountsFor)=/ {
      key = $0; sub(/=.*/, "", key); sub(/^[^=]*=/, ""); count = split($0, word, " ")
      for (i = 2; i <= count; i++) for (j = i; j > 1 && word[j] < word[j - 1]; j--) { kept = word[j]; word[j] = word[j - 1]; word[j - 1] = kept }
      for (i = 1; i <= count; i++) key = key " " word[i]
      print key; next }
    { print }`;

/** What systemd shows of a run rather than of its settings. */
const ofARun =
  '^([A-Za-z]*(Timestamp|Monotonic|PID|NSec|Bytes|Operations|Packets)|InvocationID|Memory(Current|Available|Peak)|TasksCurrent|NRestarts|ControlGroupId|N?FileDescriptorStore|Exec(Main|Start|StartPre|StartEx|StartPreEx)[A-Za-z]*|StatusText)=';
