/* global call */
// Prints of each entry that a running pm2 daemon keeps only what belay needs: no environment value but PORT leaves the
// host. Comes after pm2-wire.cjs: `node - <PM2_HOME>`; prints one line of JSON. Nothing newer than Node 10 in here.
const fs = require('fs');

const home = process.argv[2];

call(home, 5000, 'getMonitorData', {})
  .then((list) => {
    if (!Array.isArray(list)) throw new Error('the answer is no list');
    // pm2's own modules are not saved in its dump.
    const apps = list.filter((item) => !(item.pm2_env || item).pmx_module);
    const dump = saved();
    const entries = list.map(entry);
    for (const one of entries) one.saved = isSaved(one, dump);
    return { entries, dumpMatches: same(apps.map(entry), dump) };
  })
  .catch((error) => ({ error: error.message }))
  .then((result) => console.log(JSON.stringify(result)));

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
    logs: [env.pm_out_log_path, env.pm_err_log_path].filter(
      (file, at, all) => file && all.indexOf(file) === at,
    ),
    settings: settings(env),
    nodeArgs: [].concat(env.node_args || []).map(String),
  };
}

/** What an entry was given that a start command alone would not give it: pm2's own settings, as `<name> <value>` each. */
function settings(env) {
  const usual = {
    autorestart: true,
    treekill: true,
    instance_var: 'NODE_APP_INSTANCE',
    exec_interpreter: 'node',
  };
  const names =
    'exec_interpreter max_memory_restart cron_restart watch ignore_watch kill_timeout shutdown_with_message wait_ready ' +
    'listen_timeout restart_delay exp_backoff_restart_delay max_restarts min_uptime autorestart stop_exit_codes treekill ' +
    'instance_var increment_var uid gid source_map_support log_date_format';
  return names.split(' ').flatMap((name) => {
    const value = env[name];
    const isUnset =
      value === undefined || value === null || value === false || value === '' || value === 'none';
    if (name in usual ? value === undefined || value === usual[name] : isUnset) return [];
    // A program that runs by itself has no interpreter.
    if (name === 'exec_interpreter' && value === 'none') return [];
    return [`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`.slice(0, 200)];
  });
}

/** The entries of the saved dump; null where there is none. */
function saved() {
  try {
    return JSON.parse(fs.readFileSync(`${home}/dump.pm2`, 'utf8')).map(entry);
  } catch {
    return null;
  }
}

/** Whether the dump would start it again; as many of one name as there are, it has instances of. */
function isSaved({ name, script, cwd }, dump) {
  return (dump || []).some(
    (e) => e.name === name && e.script === script && e.cwd === cwd && e.status !== 'stopped',
  );
}

function same(entries, dump) {
  if (dump === null) return false;
  const states = (list) => JSON.stringify(list.map((e) => [e.name, e.script, e.cwd, e.status]).sort());
  return states(entries) === states(dump);
}
