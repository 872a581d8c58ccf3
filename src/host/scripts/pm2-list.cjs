/* global Buffer, clearTimeout */
// Asks a running pm2 daemon for its list, over its own socket, so that a daemon is never started by looking (`pm2 jlist`
// starts one), and prints of each entry only what belay needs: no environment value but PORT leaves the host.
// Runs under the daemon's own node: `node - <PM2_HOME>`; prints one line of JSON. Nothing newer than Node 10 in here.
// pm2's wire format: one byte (version 1 in the high half, number of parts in the low), then each part after its
// length in 4 bytes, big-endian; a part is `j:` and JSON, or `s:` and text.
const fs = require('fs');
const net = require('net');

const home = process.argv[2];
const deadlineMs = 5000;

const request = [`j:${JSON.stringify({ type: 'call', method: 'getMonitorData', args: [{}] })}`, 's:belay:0'];
const socket = net.connect(`${home}/rpc.sock`);
const timer = setTimeout(() => end({ error: `no answer within ${deadlineMs / 1000} s` }), deadlineMs);
let received = Buffer.alloc(0);

socket.on('error', (error) => end({ error: error.message }));
socket.on('connect', () => socket.write(encode(request)));
socket.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  const part = firstPart(received);
  if (part === null) return;
  try {
    const answer = JSON.parse(part.toString('utf8').slice(2));
    if (!Array.isArray(answer.args)) throw new Error(String(answer.error || 'the answer is no list'));
    // pm2's own modules are not saved in its dump.
    const apps = answer.args[0].filter((item) => !(item.pm2_env || item).pmx_module);
    end({ entries: answer.args[0].map(entry), dumpMatches: same(apps.map(entry), saved()) });
  } catch (error) {
    end({ error: error.message });
  }
});

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

function entry(item) {
  const env = item.pm2_env || item;
  const port = env.PORT || (env.env && env.env.PORT);
  return {
    id: Number(item.pm_id === undefined ? env.pm_id : item.pm_id),
    name: String(item.name || env.name),
    status: String(env.status),
    pid: Number(item.pid) || 0,
    script: String(env.pm_exec_path || ''),
    args: [].concat(env.args === undefined || env.args === null ? [] : env.args).map(String),
    cwd: String(env.pm_cwd || ''),
    mode: String(env.exec_mode).indexOf('cluster') === 0 ? 'cluster' : 'fork',
    restarts: Number(env.restart_time) || 0,
    cronRestart: env.cron_restart ? String(env.cron_restart) : undefined,
    port: port === undefined || port === null ? undefined : String(port),
    startedAt: Math.round(Number(env.pm_uptime) / 1000) || undefined,
  };
}

/** The entries of the saved dump; null where there is none. */
function saved() {
  try {
    return JSON.parse(fs.readFileSync(`${home}/dump.pm2`, 'utf8')).map(entry);
  } catch {
    return null;
  }
}

function same(entries, dump) {
  if (dump === null) return false;
  const states = (list) => JSON.stringify(list.map((e) => [e.name, e.script, e.cwd, e.status]).sort());
  return states(entries) === states(dump);
}

function end(result) {
  clearTimeout(timer);
  socket.destroy();
  console.log(JSON.stringify(result));
}
