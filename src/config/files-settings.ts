import { settings } from './schema.js';
import { commands, group, none } from './values.js';
import { verifyOfFiles } from './verify.js';

const process = (key: string) =>
  none(`no ${key} beside kind: files, of which nothing runs; an app with a process has ${key} and no kind`);
const moment = (key: string) => none(`no ${key} beside kind: files: nothing is stopped or started`);

/** The settings of an app that is files alone: what belay.yml would say of a process has no place there. */
export const settingsOfFiles = settings.extend({
  run: process('run'),
  unit: process('unit'),
  program: process('program'),
  entry: process('entry'),
  manager: process('manager'),
  port: none('no port beside kind: files: nginx serves the files itself; site names the server that does'),
  leave: moment('leave'),
  rehearse: moment('rehearse'),
  strategy: moment('strategy'),
  detour: moment('detour'),
  drain: moment('drain'),
  ready: moment('ready'),
  maintenance: moment('maintenance'),
  hooks: group('Commands at fixed moments of a deployment.', {
    release: commands('After the backup, before path leads to the new files.'),
    before: none('hooks.release, which runs before path leads to the new files: nothing stops'),
    after: commands('After the new release was proved.'),
  }).prefault({}),
  verify: verifyOfFiles,
});
