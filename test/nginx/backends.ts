import { createServer, type Server, type Socket } from 'node:net';

/** Servers that can be told apart, and what they were asked since they were last looked at. */
export interface Backends {
  /** Numbers of those asked, each once. */
  asked(): number[];
  end(): Promise<void>;
}

/** Numbers begin at 1; `addressOf` says where each listens: `127.0.0.1:9001` or an absolute path. */
export async function startBackends(count: number, addressOf: (number: number) => string): Promise<Backends> {
  const hits = new Set<number>();
  const servers = await Promise.all(
    Array.from({ length: count }, (_, index) => listen(index + 1, addressOf(index + 1), hits)),
  );
  return {
    asked() {
      const all = [...hits];
      hits.clear();
      return all;
    },
    async end() {
      await Promise.all(servers.map((server) => new Promise((ended) => server.close(ended))));
    },
  };
}

function listen(number: number, address: string, hits: Set<number>): Promise<Server> {
  const server = createServer((socket) => {
    socket.once('data', (data) => {
      hits.add(number);
      answer(socket, data, number);
    });
    socket.on('error', () => socket.destroy());
  });
  const [host = '', port] = address.startsWith('/') ? [] : address.split(':');
  const ready = new Promise<Server>((resolve, reject) => {
    server.once('error', reject).once('listening', () => resolve(server));
  });
  if (port === undefined) server.listen(address);
  else server.listen(Number(port), host);
  return ready;
}

/** In the language in which it was asked. */
function answer(socket: Socket, data: Buffer, number: number): void {
  const body = `backend ${number}`;
  const isFastCgi = data[0] === 1 && data[1] === 1;
  if (!isFastCgi) {
    socket.end(`HTTP/1.0 200 OK\r\nStatus: 200 OK\r\nContent-Type: text/plain\r\n\r\n${body}`);
    return;
  }
  const text = Buffer.from(`Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n${body}`);
  const output = Buffer.from([1, 6, 0, 1, text.length >> 8, text.length & 255, 0, 0]);
  const done = Buffer.from([1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  socket.end(Buffer.concat([output, text, done]));
}
