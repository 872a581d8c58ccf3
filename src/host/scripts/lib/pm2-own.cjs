/* global ask, list, find, given, atRest, runs, deadlineMs */
/* eslint-disable no-unused-vars -- by pm2-entry.cjs, behind which it comes */
// Somebody's own entry, which goes on keeping the app: all instances of the name, and nothing of them is changed:
//   node -e … own HOME NAME           a line `instance=ID STATUS PID` for each, and `log=FILE` for each file of their output
//   node -e … renew HOME NAME restart|reload ID…   starts those anew, one after another; without an ID all
//   node -e … halt-all HOME NAME      stops what runs of it
//   node -e … variables HOME NAME     as lines of sh, what its process is given
//   node -e … command HOME NAME       as a line of sh, what is run, and where
// One instance of it, with the definition on stdin:
//   node -e … which HOME              pid=
//   node -e … halt HOME               stops it
//   node -e … again HOME restart|reload   starts it anew; puts it back where it is gone
async function own(name) {
  const items = await instances(name);
  const logs = [].concat(...items.map(({ pm2_env: env }) => [env.pm_out_log_path, env.pm_err_log_path]));
  const files = logs.filter((file, at) => file && logs.indexOf(file) === at);
  return items
    .map((item) => `instance=${item.pm_id} ${word(item.pm2_env.status)} ${item.pid || 0}`)
    .concat(files.map((file) => `log=${String(file).replace(/\n/g, ' ')}`))
    .join('\n');
}

async function renew(name, how, ...ids) {
  const items = (await instances(name)).filter(
    ({ pm_id: id }) => ids.length === 0 || ids.includes(String(id)),
  );
  if (items.length === 0) throw new Error(`no entry ${name}`);
  for (const item of items) await anew(item, how);
  return 'started anew';
}

/** By its id, and so with all that it was started with. The next one is not touched where this one does not come up. */
async function anew({ pm_id: id, name }, how) {
  const until = Date.now() + deadlineMs;
  for (;;) {
    try {
      await ask(how === 'reload' ? 'reloadProcessId' : 'restartProcessId', { id, env: {} });
      break;
    } catch (error) {
      // Between two starts of its own, or while somebody else reloads it.
      if (!/already|in progress/.test(error.message) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const now = (await list()).find((item) => item.pm_id === id);
  if (now === undefined || !runs.includes(now.pm2_env.status))
    throw new Error(
      `entry ${name} (id ${id}) is ${now === undefined ? 'gone' : now.pm2_env.status} after its start`,
    );
}

async function haltAll(name) {
  for (const item of await instances(name)) {
    if (runs.includes(item.pm2_env.status) || item.pid) await ask('stopProcessId', item.pm_id);
  }
  return 'stopped';
}

async function which() {
  const [{ id, entry }] = given();
  const item = find(await list(), id, entry);
  return `pid=${(item && item.pid) || 0}`;
}

async function halt() {
  const [{ id, entry }] = given();
  const item = await atRest((items) => find(items, id, entry));
  if (item === undefined) return 'is gone';
  if (!runs.includes(item.pm2_env.status) && !item.pid) return 'does not run';
  await ask('stopProcessId', item.pm_id);
  const after = find(await list(), id, entry);
  if (after && after.pid) throw new Error(`entry ${entry.name} (id ${id}) still runs as pid ${after.pid}`);
  return 'stopped';
}

async function again(how) {
  const [{ id, entry }] = given();
  const item = find(await list(), id, entry);
  if (item === undefined) {
    const [made] = await ask('prepare', entry);
    return `put back into pm2 as id ${(made.pm2_env || made).pm_id}`;
  }
  if (runs.includes(entry.status)) {
    await anew(item, how);
    return 'started again';
  }
  if (item.pid) await ask('stopProcessId', item.pm_id);
  return `left as it is: it did not run before either (${entry.status})`;
}

async function variables(name) {
  const [{ pm2_env: env }] = await running(name);
  const instance = env.instance_var || 'NODE_APP_INSTANCE';
  const all = Object.assign({}, env.env, env[instance] === undefined ? {} : { [instance]: env[instance] });
  return Object.keys(all)
    .filter(
      (key) => /^[A-Za-z_]\w*$/.test(key) && !/^(?:PWD|OLDPWD|SHLVL|_|PPID|UID|EUID|unique_id)$/.test(key),
    )
    .filter((key) => all[key] !== null && ['string', 'number', 'boolean'].includes(typeof all[key]))
    .map((key) => `${key}=${quoted(all[key])}`)
    .join('\n');
}

async function command(name) {
  const [{ pm2_env: env }] = await running(name);
  const isCluster = env.exec_mode === 'cluster_mode';
  const interpreter = isCluster || !env.exec_interpreter ? process.execPath : env.exec_interpreter;
  const words = (interpreter === 'none' ? [] : [interpreter].concat(env.node_args || []))
    .concat(env.pm_exec_path)
    .concat(env.args === undefined || env.args === null ? [] : env.args);
  return `cd -- ${quoted(env.pm_cwd)} && exec ${words.map(quoted).join(' ')}`;
}

/** Those of the name that run come first. */
async function running(name) {
  const items = await instances(name);
  if (items.length === 0) throw new Error(`no entry ${name}`);
  return items.sort((a, b) => Boolean(b.pid) - Boolean(a.pid));
}

/** Without what a reload is just about to end, whose id is a text. */
async function instances(name) {
  return (await list()).filter((item) => item.name === name && typeof item.pm_id === 'number');
}

function word(text) {
  return String(text).replace(/[^a-z]+/g, '-');
}

function quoted(value) {
  return `'${String(value).replace(/'/g, "'\\''")}'`;
}
