/* global call, dump, rewrite, savable, own, renew, haltAll, variables, command, which, halt, again */
// Keeps, stops and brings back one entry of a running pm2 daemon, over the daemon's own socket: by id and checked name,
// never by name alone, and in the saved dump only that entry's lines. Nothing newer than Node 10 in here.
// What served before:
//   node -e … keep HOME ID NAME       prints status=, definition= and saved=, each on its line, the last two as JSON
//   node -e … stop HOME               stops the entry, or deletes it where a stopped one would come back by itself
//   node -e … start HOME              brings it back as it was; an entry that is there and runs is left alone
//   node -e … unsave HOME             after a reboot the entry stays as `stop` left it
//   node -e … resave HOME             the dump's lines of this entry as they were
// All but the first are given the definition on stdin, on a line, and what was saved on the next.
// The new release, known by belay's own name for it and the folder in which it works:
//   node -e … begin HOME USER USER'S-HOME   starts the entry that stdin describes; prints pid=
//   node -e … state HOME NAME CWD     status=, restarts= and pid=, each on its line
//   node -e … drop HOME NAME CWD      ends the entry; neither the daemon nor the dump has it any more
//   node -e … save HOME NAME CWD      the dump has it in place of all others of that name, and so has the daemon
//   node -e … close HOME              ends the daemon where it keeps nothing
// and what pm2-own.cjs has.
// Comes after pm2-wire.cjs, before pm2-dump.cjs and pm2-own.cjs. It always runs as the user whose home it is.
// eslint-disable-next-line no-unused-vars -- of pm2-dump.cjs, which comes behind what is called at once
const crypto = require('crypto');
const fs = require('fs');

const [operation, home, ...rest] = process.argv.slice(1);
// An app may ask pm2 for a long grace (kill_timeout).
const deadlineMs = 90000;
const runs = ['online', 'launching', 'waiting restart', 'one-launch-status'];

const made = { keep, stop, start, unsave, resave, begin, state, drop, save, close };
const operations = { ...made, own, renew, 'halt-all': haltAll, variables, command, which, halt, again };
operations[operation](...rest).then(
  (said) => console.log(said),
  (error) => {
    console.log(`pm2 of ${home}: ${error.message}`);
    process.exitCode = error.absent ? 3 : 1;
  },
);

async function keep(id, name) {
  const item = await atRest((items) => items.find((each) => each.pm_id === Number(id) && each.name === name));
  if (item === undefined) throw Object.assign(new Error(`no entry ${name} with id ${id}`), { absent: true });
  const entry = savable(item);
  const before = (dump() || []).filter((each) => same(each, entry));
  const definition = JSON.stringify({ id: Number(id), entry });
  return `status=${entry.status}\ndefinition=${definition}\nsaved=${JSON.stringify(before)}`;
}

async function stop() {
  const [{ id, entry }] = given();
  const item = await atRest((items) => find(items, id, entry));
  if (item === undefined) return 'gone already';
  if (comesBack(entry)) {
    if (entry.watch) await ask('stopWatch', 'deleteProcessId', item.pm_id);
    await ask('deleteProcessId', item.pm_id);
    return 'taken out of pm2, because a stopped entry with cron_restart or watch starts again by itself';
  }
  if (!runs.includes(item.pm2_env.status) && !item.pid) return 'stopped already';
  await ask('stopProcessId', item.pm_id);
  const after = find(await list(), id, entry);
  if (after && after.pid) throw new Error(`entry ${entry.name} (id ${id}) still runs as pid ${after.pid}`);
  return 'stopped';
}

async function start() {
  const [{ id, entry }] = given();
  const until = Date.now() + deadlineMs;
  for (;;) {
    const item = find(await list(), id, entry);
    if (item === undefined) {
      const [made] = await ask('prepare', entry);
      return `put back into pm2 as id ${(made.pm2_env || made).pm_id}`;
    }
    if (!runs.includes(entry.status)) return `left as it is: it did not run before either (${entry.status})`;
    if (runs.includes(item.pm2_env.status)) return 'runs already';
    try {
      await ask('startProcessId', item.pm_id);
      return 'started again';
    } catch (error) {
      // Between two starts of its own pm2 says `stopped` while the process is there, or starts it meanwhile itself (seen with pm2 7).
      if (!/already (?:exists|online|started)/.test(error.message) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function unsave() {
  const [{ entry }] = given();
  return rewrite((each) => {
    if (!same(each, entry)) return [each];
    return comesBack(entry) ? [] : [Object.assign({}, each, { status: 'stopped' })];
  });
}

async function resave() {
  const [{ entry }, before] = given();
  if (before.length === 0) return 'was not saved before';
  let at = before;
  return rewrite(
    (each) => {
      if (!same(each, entry)) return [each];
      const once = at;
      at = [];
      return once;
    },
    () => at,
  );
}

async function begin(user, userHome) {
  const entry = JSON.parse(stdin());
  // Of an attempt that was cut off.
  for (const item of await ours(entry.name, entry.pm_cwd)) await ask('deleteProcessId', item.pm_id);
  const env = { HOME: userHome, USER: user, LOGNAME: user, SHELL: '/bin/sh' };
  const [made] = await ask('prepare', Object.assign({}, entry, { env }));
  return `pid=${(made.process || made).pid}`;
}

async function state(name, cwd) {
  const [item] = await ours(name, cwd);
  if (item === undefined) return 'status=gone';
  const { status, restart_time: restarts } = item.pm2_env;
  return `status=${status}\nrestarts=${restarts || 0}\npid=${item.pid || 0}`;
}

async function drop(name, cwd) {
  const items = await ours(name, cwd).catch((error) => {
    if (['ENOENT', 'ECONNREFUSED'].includes(error.code)) return [];
    throw error;
  });
  for (const item of items) await ask('deleteProcessId', item.pm_id);
  return rewrite((each) => (each.name === name && each.pm_cwd === cwd ? [] : [each]));
}

async function save(name, cwd) {
  const [item] = await ours(name, cwd);
  if (item === undefined) throw new Error(`no entry ${name} that works in ${cwd}`);
  const said = rewrite(
    (each) => (each.name === name ? [] : [each]),
    () => [savable(item)],
    true,
  );
  for (const old of await list()) {
    if (old.name === name && old.pm_id !== item.pm_id) await ask('deleteProcessId', old.pm_id);
  }
  return said;
}

async function close() {
  if ((await list()).length > 0) return 'the daemon keeps something';
  // It answers to none of this.
  await ask('killMe', {}).catch(() => undefined);
  return 'the daemon is ended';
}

async function ours(name, cwd) {
  return (await list()).filter((item) => item.name === name && item.pm2_env.pm_cwd === cwd);
}

/**
 * The entry once pm2 is not just restarting it, as cron_restart makes it do: it would finish that although it was told to
 * stop or delete the entry meanwhile, and the new process would be in no list. Between the old process and the new one it
 * says `stopped` for a moment (all seen with pm2 7).
 */
async function atRest(pick) {
  const until = Date.now() + deadlineMs;
  for (let stopped = 0; ;) {
    const item = pick(await list());
    if (item === undefined || Date.now() > until) return item;
    const { status } = item.pm2_env;
    if (status === 'stopped') stopped += 1;
    if (!['stopping', 'launching'].includes(status) && (status !== 'stopped' || stopped > 3)) return item;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Whether pm2 would start the entry by itself although it was stopped (seen with pm2 7). */
function comesBack(entry) {
  return Boolean(entry.watch) || (Boolean(entry.cron_restart) && String(entry.cron_restart) !== '0');
}

/** An entry by its id, else by what stays the same when it is put back under another id. */
function find(items, id, entry) {
  const mine = items.filter((each) => same(each.pm2_env, entry));
  return mine.find((each) => each.pm_id === id) || mine[0];
}

function same(one, other) {
  const instance = (entry) => entry[entry.instance_var || 'NODE_APP_INSTANCE'];
  return (
    one.name === other.name &&
    one.pm_exec_path === other.pm_exec_path &&
    one.pm_cwd === other.pm_cwd &&
    JSON.stringify(one.args || []) === JSON.stringify(other.args || []) &&
    instance(one) === instance(other)
  );
}

/** The lines of stdin. */
function given() {
  return stdin()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function stdin() {
  return fs.readFileSync(0, 'utf8');
}

function ask(method, ...args) {
  return call(home, deadlineMs, method, ...args);
}

function list() {
  return ask('getMonitorData', {});
}
