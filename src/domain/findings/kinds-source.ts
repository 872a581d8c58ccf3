import { block, info, warn, type FindingKind } from './kind.js';

/** The source and what was staged of it. */
export const sourceKinds = {
  'app.left-alone': warn(
    'Something works in the app’s folder without serving requests; it goes on with the old version’s files until it is restarted.',
    'The units, pm2 entries and processes.',
    'Restart it in `hooks.after` where it should follow the release; else acknowledge this.',
  ),
  'app.process.daemonizes': block(
    '`run` sends the app into the background, where nothing would keep it running.',
    'The start command.',
    'Leave `--daemon`, `&` and `nohup` out of `run`: belay keeps the app running.',
  ),
  'app.command': {
    ...block(
      'The start command’s program is nowhere where the release would look for it.',
      'The start command, and the folders that were looked in.',
      'Install it on the host, let `build` in belay.yml do so (into .venv or node_modules), or correct `run`.',
    ),
    or: { warn: 'where `build` has commands, which may bring it' },
  },
  'app.module': {
    ...block(
      'The start command names a Python module that the release does not have.',
      'The start command.',
      'Correct `run` in belay.yml, or bring the module into the source.',
    ),
    or: { warn: 'where the module may be one that is installed on the host' },
  },
  'app.unreadable': block(
    'The app’s user cannot reach the staged release.',
    'The folder.',
    'Let that user pass through the folders above (`chmod o+x`), or let `path` in belay.yml be elsewhere, as under /srv.',
  ),
  'app.variables-lost': warn(
    'The process that serves now was given variables that the new release will not have.',
    'The variables, by name.',
    'Put them into a file on the host, and name that as `env_file` in belay.yml; what is no secret can stand under `env`.',
  ),
  'app.variables-unread': warn(
    'What variables the process that serves now was given cannot be read: it wrote its title over them.',
    'The processes.',
    'Start it with SPT_NOENV=1 among its variables, which keeps them readable, and plan again; or see that all that it was given stands under `env` or in `env_file`.',
  ),
  'app.settings-lost': warn(
    'What keeps the app now gives it limits, groups, hardening or instances that belay’s own keeper would not.',
    'The settings, by name.',
    'Add what the app needs to a drop-in of belay’s unit (`systemctl edit belay-APP.service`), which stays there.',
  ),
  'app.rights-lost': block(
    'The app’s user may write to files or folders where the app lives now, and could not in the release.',
    'The files and folders.',
    'Give belay root on the host (`sudo -n`), so that the release can belong to whom the live folder does; or list under `shared` what the app writes to.',
  ),
  'files.special-lost': warn(
    'Files have a set-user-ID or set-group-ID bit, capabilities or an ACL where the app lives now, and would not have them in the release.',
    'The files.',
    'For an ACL install `acl` on the host. Let a command in `build` give the others what they need (`setcap`, `chmod`), or keep them outside of the release.',
  ),
  'app.heeds-rehearsal': info(
    'The release leaves something off while it is rehearsed, so two versions do not serve at the same time.',
    'The files that name BELAY_REHEARSAL.',
    'Nothing; or, where two of it may serve at once all the same, `strategy: detour` in belay.yml.',
  ),
  'app.no-browser': block(
    '`verify.browser` in belay.yml wants pages opened in a browser, and there is no Chromium where the worker runs.',
    'Where it was looked for.',
    'Install it where the worker runs (`apt install chromium`), or name it in BELAY_CHROMIUM; or leave `verify.browser` out.',
  ),
  'app.rehearsal': {
    ...block(
      'The staged release, booted on a spare port, did not come up or did not answer as `verify` wants.',
      'What was seen, and the end of its log.',
      'Mend it, then `belay plan --rehearse`. `run` has to use {bind}, {port} or the variable PORT; an app that must not run twice heeds BELAY_REHEARSAL=1 or has `rehearse: false`.',
    ),
    or: {
      warn: 'where `build` or `hooks.release` has commands, which a plan does not run and the release may need',
      info: 'where it came up and answered',
    },
  },

  'deps.missing': {
    ...block(
      'requirements.txt or package.json declares packages that are not installed where the release will look for them.',
      'The declarations, with file and line.',
      'Let belay install them, with `build: [.venv/bin/pip install -r requirements.txt]` or `build: [npm ci]` in belay.yml; or install them on the host.',
    ),
    or: {
      warn: 'where `build` has commands, which may bring them; where it is not known which Python the start command comes to; where no file of the release names the Node package',
    },
  },
  'python.syntax': block(
    'A Python file is none to the host’s own interpreter.',
    'The line; file, line and column are in the message.',
    'Mend the file, or leave it out with a line in .belayignore where the app does not use it.',
  ),
  'python.unreadable': warn(
    'A Python file of the staged release cannot be read.',
    'Nothing; the file is in the message.',
    'Look at its mode in the source (`chmod u+r`).',
  ),
  'python.unchecked': warn(
    'No Python on the host compiled the Python files.',
    'Which interpreters were tried, as whom.',
    'Install python3 on the host: `apt install python3`.',
  ),
  'jinja2.syntax': block(
    'A template is none to the host’s own Jinja2.',
    'The line; file and line are in the message.',
    'Mend the template, or leave it out with a line in .belayignore where the app does not use it.',
  ),
  'jinja2.unknown-tag': warn(
    'A template has a tag that Jinja2 itself does not know; the rest of it was not checked.',
    'The line; file and line are in the message.',
    'Nothing, where an extension of the app brings this tag.',
  ),
  'jinja2.unchecked': warn(
    'The templates were not checked: the host’s Python has no jinja2.',
    'The Python, and what it said.',
    'Install jinja2 for the app’s Python: `pip install jinja2` in its venv, or `apt install python3-jinja2`.',
  ),
  'node.syntax': {
    ...block(
      'A JavaScript file is none to the host’s own Node.js.',
      'The line; file, line and column are in the message.',
      'Mend the file, or leave it out with a line in .belayignore where the app does not use it.',
    ),
    or: {
      warn: 'where it is what browsers load or a build translates, of which the host’s Node is no judge',
    },
  },
  'node.unchecked': warn(
    'No Node.js on the host parsed the JavaScript files.',
    'Where it was looked for.',
    'Install Node.js on the host: `apt install nodejs`.',
  ),
  'json.syntax': block(
    'A JSON file is none.',
    'The line; file, line and column are in the message.',
    'Mend the file, or leave it out with a line in .belayignore where the app does not use it.',
  ),
  'yaml.syntax': block(
    'A YAML file is none to the PyYAML of the app’s Python.',
    'The line; file, line and column are in the message.',
    'Mend the file, or leave it out with a line in .belayignore where the app does not use it.',
  ),
  'toml.syntax': block(
    'A TOML file is none to the app’s Python.',
    'The line; file, line and column are in the message.',
    'Mend the file, or leave it out with a line in .belayignore where the app does not use it.',
  ),
  'shell.syntax': block(
    'A shell script is none to the shell that its first line names.',
    'The line; file and line are in the message.',
    'Mend the script, or leave it out with a line in .belayignore where the app does not use it.',
  ),
  'staged.more': warn(
    'There are more faults than are listed.',
    'The ids of those that are not listed.',
    'Mend those above it first.',
  ),
  'staged.unchecked': {
    ...warn(
      'A check on the host broke off before its end.',
      'Which, its exit status, and the last that it said.',
      'Look whether the host has memory left (`free -m`), then deploy again.',
    ),
    or: {
      block:
        'where nothing can be run as the user that the app runs as, so that nothing was checked: root does not do it in that user’s place',
    },
  },
  'staged.checked': info(
    'The staged release was checked on the host.',
    'How many files of which kind, by which interpreter.',
    'Nothing.',
  ),

  'files.host-only': block(
    'Files exist only on the host; the new release would not have them.',
    'The files, their size and age.',
    'In belay.yml, `shared: [data]` for what the app goes on using, `discard: [old]` for what may stay behind.',
  ),
  'files.unreadable': block(
    'Parts of the app’s folder cannot be read, so files that exist only there cannot be told.',
    'The folders.',
    'Log in as root, let the user run `sudo -n` without a password, or make those folders readable to it.',
  ),
  'files.changed-on-host': warn(
    'Files of the active release were changed on the host since it was deployed; the new release does not have these changes.',
    'The files.',
    'Bring what is worth keeping into the source: the active release has the files as they are now.',
  ),
  'files.empty-folder': warn(
    'The app’s folder holds empty folders that the new release will not have.',
    'The folders.',
    'Where the app writes there, name it in belay.yml: `shared: [logs]`.',
  ),
  'files.secret-in-source': warn(
    'The source holds files that look like secrets; they would lie readable in every release.',
    'The files.',
    'Leave them out with .gitignore or .belayignore, and keep them on the host: `shared`, or `env_file`, in belay.yml.',
  ),
  'files.lfs-pointer': block(
    'The source holds pointers of Git LFS in the place of files: the app would read those few lines.',
    'The files.',
    'Fetch them: `git lfs pull`; what the app does not need, leave out with .belayignore.',
  ),
  'files.database-in-source': warn(
    'The source holds databases; each release would begin with the copy from the source.',
    'The files.',
    'Leave them out with .belayignore; name the one that lives on the host under `shared` in belay.yml.',
  ),
  'files.shared-in-source': info(
    'The source holds files under `shared`; where the host has its own, those stand in for them.',
    'The files.',
    'Nothing, where that is meant; otherwise leave them out with .belayignore.',
  ),
} satisfies Record<string, FindingKind>;
