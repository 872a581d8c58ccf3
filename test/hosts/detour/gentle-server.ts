/**
 * A small server in Python that answers whatever it has taken before it ends.
 * @param part.imports modules besides those that it needs itself
 * @param part.before what is done once, at its start
 * @param part.get the body of its do_GET, whose answer is its last lines
 */
export function gentleServer({
  imports = '',
  before = '',
  get,
}: {
  imports?: string;
  before?: string;
  get: string;
}) {
  return `import http.server, signal, sys, threading${imports && `, ${imports}`}

${before}

class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
${get.trim().replace(/^/gm, '        ')}

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128


server = Server(('127.0.0.1', int(sys.argv[1])), App)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
`;
}
