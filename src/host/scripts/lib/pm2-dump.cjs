/* global crypto, fs, home */
/* eslint-disable no-unused-vars -- by pm2-entry.cjs, behind which it comes */
// The dump of a pm2 home, from which its entries come back: read and changed entry by entry.

/** The saved entries; null where nothing was ever saved. */
function dump() {
  try {
    return JSON.parse(fs.readFileSync(`${home}/dump.pm2`, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Changes the saved dump entry by entry; nobody else's state is saved along. */
function rewrite(change, append = () => [], make = false) {
  const found = dump();
  if (found === null && !make) return 'nothing is saved';
  const before = found || [];
  const after = [].concat(...before.map(change));
  after.push(...append());
  if (JSON.stringify(before) === JSON.stringify(after)) return 'the saved entries are right already';
  const file = `${home}/dump.pm2`;
  const mode = found === null ? 0o600 : fs.statSync(file).mode & 0o777;
  const next = `${file}.${crypto.randomBytes(8).toString('hex')}`;
  try {
    fs.writeFileSync(next, JSON.stringify(after, null, 2), { mode, flag: 'wx' });
    fs.renameSync(next, file);
  } catch (error) {
    // Of a disk that is full nothing is left.
    if (fs.existsSync(next)) fs.unlinkSync(next);
    throw error;
  }
  return 'the saved entries are changed';
}

/** An entry as `pm2 save` writes it, which leaves the same out: with `instances` the daemon would multiply it. */
function savable(item) {
  const entry = Object.assign({}, item.pm2_env);
  for (const key of ['instances', 'pm_id', 'prev_restart_delay']) delete entry[key];
  return entry;
}
