/* global Buffer, clearTimeout */
// Talks to a running pm2 daemon over its own socket, so that a daemon is never started by looking (`pm2 jlist` starts one).
// Stands before pm2-list.cjs and pm2-entry.cjs, which run under the daemon's own node. Nothing newer than Node 10 in here.
// pm2's wire format: one byte (version 1 in the high half, number of parts in the low), then each part after its
// length in 4 bytes, big-endian; a part is `j:` and JSON, or `s:` and text.
const net = require('net');

/** One call of the daemon of that home; its result, or what it complains of as an error. */
// eslint-disable-next-line no-unused-vars -- by those that it stands before
function call(home, deadlineMs, method, ...args) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(`${home}/rpc.sock`);
    const late = () => socket.destroy(new Error(`no answer to ${method} within ${deadlineMs / 1000} s`));
    const timer = setTimeout(late, deadlineMs);
    let received = Buffer.alloc(0);
    socket.on('connect', () =>
      socket.write(encode([`j:${JSON.stringify({ type: 'call', method, args })}`, 's:belay:0'])),
    );
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error(`the daemon hung up on ${method}`));
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const part = firstPart(received);
      if (part === null) return;
      try {
        const answer = JSON.parse(part.toString('utf8').slice(2));
        if (answer.error) reject(new Error(`${method}: ${answer.error}`));
        else resolve((answer.args || [])[0]);
      } catch (error) {
        reject(error);
      }
      socket.destroy();
    });
  });
}

function encode(parts) {
  const buffers = [Buffer.from([0x10 | parts.length])];
  for (const part of parts) {
    const body = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length, 0);
    buffers.push(length, body);
  }
  return Buffer.concat(buffers);
}

function firstPart(buffer) {
  if (buffer.length < 5) return null;
  const length = buffer.readUInt32BE(1);
  return buffer.length < 5 + length ? null : buffer.slice(5, 5 + length);
}
