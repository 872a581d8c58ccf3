import { type FindingKind, block, info, told, warn } from './kind.js';

/** What keeps, or would start, the app: units, processes, at(1), crontabs. */
export const keepersKinds = {
  'keeper.name-taken': block(
    'The unit or pm2 entry that belay would make for the app is there already, for another folder.',
    'Where it works.',
    'Give the app another name in belay.yml, or set this deployment down under `environments`: both are in the name.',
  ),
  'keeper.stays': info(
    'belay.yml names no keeper, and the systemd service that keeps the app now goes on keeping it.',
    'Its file, and what it starts.',
    'Nothing. `unit` in belay.yml says the same; `manager: systemd` asks for a unit of belay’s own.',
  ),
  'keeper.replaced': warn(
    'belay.yml names no keeper, and what keeps the app now cannot go on keeping it: a unit of belay’s own takes its place.',
    'Its file and what it starts; or where it serves.',
    'Mend what keeps it from staying; or `manager: systemd` in belay.yml, which says that this is meant.',
  ),
  'keeper.not-given': warn(
    'belay.yml gives the app variables, and the systemd service that goes on keeping it does not.',
    'Their names.',
    '`systemctl edit UNIT`; or `manager: systemd` in belay.yml, for a unit of belay’s own.',
  ),
  'unit.transient': block(
    'The unit that serves the app was made by systemd-run and is gone once it stops: a rollback could not start it again.',
    'Where the unit lies, and what it starts.',
    'Give it a unit file in /etc/systemd/system.',
  ),
  'unit.absent': block(
    '`unit` in belay.yml names a unit that the host does not have.',
    'The units that have to do with the app.',
    'Correct `unit`; or leave it out and give `run`, and belay makes a unit of its own.',
  ),
  'unit.elsewhere': block(
    '`unit` in belay.yml names a unit that neither works in the app’s folder nor names it: a release that is placed there would not be what it starts.',
    'Its folder and its command.',
    'Correct `unit` or `path` in belay.yml.',
  ),
  'unit.names-release': block(
    'The unit that `unit` names has a release’s own folder in its files: it would go on starting that one, whatever `path` leads to.',
    'The lines.',
    'Write `path` in their place, then `systemctl daemon-reload`.',
  ),
  'unit.other-root': block(
    'The unit that `unit` names gives the app a root of its own, where `path` may be another folder than the one that belay changes.',
    'The unit’s file.',
    'Take `RootDirectory=` or `RootImage=` out of it; or leave `unit` out of belay.yml.',
  ),
  'unit.not-loaded': block(
    'A unit that keeps the app, or is stopped, was edited and systemd has not loaded that: a deployment would put it into force.',
    'The unit’s file and its drop-ins.',
    '`systemctl daemon-reload && systemctl restart UNIT`, where the edit is meant; else undo it.',
  ),
  'unit.shared-closed': block(
    'The unit that keeps the app is confined (ProtectSystem=strict, TemporaryFileSystem=), and could not reach or write what `shared` moves beside the app’s folder.',
    'The lines that confine it.',
    '`systemctl edit UNIT`: ReadWritePaths= or BindPaths= of the folder `shared` beside the releases.',
  ),
  'unit.not-at-boot': warn(
    'The unit that `unit` names does not start at boot, and nothing else starts it then: belay leaves that as it is.',
    'Its file, and whether systemd starts it.',
    '`systemctl enable UNIT`.',
  ),
  'unit.unrehearsed': warn(
    'The release is not rehearsed: the unit’s own command cannot be started a second time on another address.',
    'Why.',
    'Give `run` in belay.yml, with {bind} or {port}: the release is rehearsed by that, with the unit’s own settings.',
  ),
  'program.absent': block(
    '`program` in belay.yml names none of supervisord’s programs.',
    'Those that there are.',
    'Write it as `supervisorctl status` has it.',
  ),
  'program.elsewhere': block(
    '`program` in belay.yml names one that neither works in the app’s folder nor names it: a release that is placed there would not be what it starts.',
    'Its section, its folder and its command.',
    'Correct `program` or `path` in belay.yml.',
  ),
  'program.names-release': block(
    'The program that keeps the app has a release’s own folder in its section: it would go on starting that one, whatever `path` leads to.',
    'Its section, its folder and its command.',
    'Write `path` in its place, then `supervisorctl update`.',
  ),
  'program.not-at-boot': warn(
    'The program that keeps the app does not start with supervisord: belay leaves that as it is.',
    'Its section.',
    'Write autostart=true there, then `supervisorctl update`.',
  ),
  'program.unrehearsed': warn(
    'The release is not rehearsed: how a second copy of the program is started is not known.',
    'Its command.',
    'Give `run` in belay.yml, with {bind} or {port}: the release is rehearsed by that, with the process’s own variables.',
  ),
  'keeper.made': block(
    '`belay eject`: what keeps the app was made by belay, and starts it out of belay’s own folder.',
    'How the app is started.',
    'Make a keeper of your own that works in `path`, name it in belay.yml, deploy; then eject.',
  ),
  'entry.absent': block(
    '`entry` in belay.yml names an entry that no daemon of pm2’s has.',
    'Those that there are.',
    'Write it as `pm2 list` has it; where the daemon is down, `pm2 resurrect` as its user.',
  ),
  'entry.elsewhere': block(
    '`entry` in belay.yml names one that neither works in the app’s folder nor runs a script of it: a release that is placed there would not be what it starts.',
    'Its script, its arguments and its folder.',
    'Correct `entry` or `path` in belay.yml.',
  ),
  'entry.names-release': block(
    'The entry of pm2’s that keeps the app has a release’s own folder as its script or its folder: it would go on starting that one, whatever `path` leads to.',
    'Its script, its arguments and its folder.',
    'Delete it, start it again by `path`, and `pm2 save`.',
  ),
  'entry.not-at-boot': warn(
    'The entry of pm2’s that keeps the app does not start after a reboot: belay leaves that as it is.',
    'What is missing: pm2 at boot, or the entry in its dump.',
    '`pm2 startup` as root, `pm2 save` as its user.',
  ),
  'entry.unrehearsed': warn(
    'The release is not rehearsed: the entry’s own command cannot be started a second time on another address.',
    'Its script, its arguments and its folder.',
    'Give `run` in belay.yml: the release is rehearsed by that, with the entry’s own variables.',
  ),
  'unit.user-manager': block(
    'The app is kept, or would be started at boot, by a user’s own service manager, through which belay cannot act.',
    'The process, its folder and its cgroup; or the unit’s file.',
    'As that user: `systemctl --user disable --now UNIT`.',
  ),
  'unit.shared': block(
    'The unit that keeps the app also runs another server; stopping it would end both.',
    'The other server’s process.',
    'Give each of them a unit of its own.',
  ),
  'process.unknown-start': block(
    'A process serves the app, nothing would restart it, and how it was started cannot be read: a rollback could not start it again.',
    'What its command line shows.',
    'Start it through a systemd unit (or pm2).',
  ),
  'process.folder-gone': block(
    'A process without a keeper is in the app’s way, and the folder that it works in was deleted: a rollback could not start it again.',
    'Its command and that folder.',
    'End it yourself with `kill`, then plan again.',
  ),
  'keeper.unsupported': block(
    'The app is kept running by something that belay cannot act through; it would start the old version again.',
    'The process, its folder and its cgroup.',
    'Take the app out of that program’s configuration and stop it there.',
  ),
  'at.starts-server': block(
    'A job of at(1) would start a server of the app later, beside the new release.',
    'The folder and the commands of the job.',
    'Take the job away: `atrm 3`.',
  ),
  'keeper.asleep': block(
    'pm2 has saved an entry of the app, or supervisord has a program of it, that does not run now and is started with the host: after the next reboot the old version would come up beside the new release.',
    'The file, and what it would start.',
    '`pm2 cleardump`, or take the entry out of the list; `autostart=false` in the program’s section; or start that keeper, so that it keeps the app.',
  ),
  'keeper.saved': warn(
    'pm2 has saved an entry of the app, or supervisord has a program of it, that does not run now, and nothing is known to start it with the host.',
    'The file, and what it would start.',
    '`pm2 cleardump`, or take the entry out of the list; `autostart=false` in the program’s section; or start that keeper, so that it keeps the app.',
  ),
  'app.neighbour': info(
    'Something was started in the app’s folder, but runs nothing that lies there and listens elsewhere: it is left alone.',
    'The units, pm2 entries, supervisor programs and processes.',
    'Nothing, where it is another app’s; where it is an older copy of this app, stop it yourself.',
  ),
  'stop.declined': info(
    '`leave` in belay.yml keeps something running that the plan would have stopped.',
    'What, and why it would have been stopped.',
    'Nothing, where that is meant.',
  ),
  'stop.unmatched': warn(
    '`leave` in belay.yml names something that the plan would not stop.',
    'What would be stopped.',
    'Write the name as the plan has it; or take it out.',
  ),
  'stop.needed': block(
    '`leave` in belay.yml names what serves the app now.',
    'Why it has to stop.',
    'Take it out of `leave`; or give `port` or `site` in belay.yml, where it is another app’s.',
  ),
  'cron.left-alone': info(
    'Lines of crontabs name the app’s folder without starting a server; they stay in force.',
    'The lines.',
    'Nothing, where they suit the new release too.',
  ),
  'unit.crash-loop': told(
    warn(
      'A unit ends again and again, and systemd starts it again.',
      'Its state.',
      '`journalctl -u UNIT -n 50` says why.',
    ),
  ),
  'unit.failed': told(warn('A unit has failed.', 'Its state.', '`systemctl status UNIT` says why.')),
  'unit.restarts': told(
    info(
      'systemd has started a unit again several times since it was first started.',
      'Its state.',
      '`journalctl -u UNIT` says why it ended.',
    ),
  ),
  'keeper.second-copy': told(
    warn(
      'Something runs, or would start, a second copy of an app beside the one that serves.',
      'Why it is taken for one.',
      'Decide which one shall serve, and switch the other off for good.',
    ),
  ),
  'keeper.not-at-boot': told(
    warn(
      'What serves now does not start at boot.',
      'The process.',
      'Give it a systemd unit that is enabled; `belay deploy` does.',
    ),
  ),
  'process.by-hand': {
    ...told(
      warn(
        'A process was started by hand: nothing starts it again when it ends, and it does not survive a reboot.',
        'The process.',
        'Give it a systemd unit that is enabled; `belay deploy` does.',
      ),
    ),
    or: { info: 'where nobody visits it' },
  },
} satisfies Record<string, FindingKind>;
