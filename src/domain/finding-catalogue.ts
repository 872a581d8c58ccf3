/** `block` refuses the deployment, `warn` asks for a look (or an acknowledgement), `info` only tells. */
export type Severity = 'block' | 'warn' | 'info';

/** What there is to know of a kind of finding, whatever host it is found on. */
export interface FindingKind {
  severity: Severity;
  /** Other severities that it may have, each with when. */
  or?: Partial<Record<Severity, string>>;
  /** What was expected and is not so, and what would come of it. */
  means: string;
  /** What it quotes. */
  evidence: string;
  /** What to do, with a command where one can be typed. */
  remedy: string;
}

const kind =
  <Of extends Severity>(severity: Of) =>
  (means: string, evidence: string, remedy: string) => ({ severity, means, evidence, remedy });
const block = kind('block');
const warn = kind('warn');
const info = kind('info');

/**
 * Every finding that belay can have, by its stable id `family.name`: the one place of its severity and meaning, and what
 * docs/FINDINGS.md is made of.
 */
export const findingCatalogue = {
  'nginx.broken': block(
    'nginx cannot read its own configuration, which says where the app has to listen.',
    'What `nginx -T` said.',
    'Mend what nginx names, check with `nginx -t`; where it is a lack of rights, let belay act as root by `sudo -n`.',
  ),
  'nginx.unread': warn(
    'nginx’s configuration cannot be read for lack of rights; the port in belay.yml is taken at its word.',
    'What `nginx -T` said.',
    'Let belay act as root by `sudo -n`; or acknowledge this, and name pages under `verify.external`.',
  ),
  'nginx.unknown-site': block(
    '`site` in belay.yml names a server (and location) that nginx does not have, or that hands no requests on.',
    'The server_names that nginx knows.',
    'Correct `site` in belay.yml, or give nginx a `proxy_pass` there.',
  ),
  'nginx.ambiguous-site': block(
    'nginx proxies to several addresses, and belay.yml does not say which of them is this app.',
    'Each of them, with file and line.',
    'Name the one that leads to this app: `site: words.example.test` in belay.yml.',
  ),
  'nginx.no-proxy': warn(
    'belay.yml gives a port to which no server of nginx proxies: visitors may not reach the app.',
    'How many servers and proxying locations nginx has.',
    'Give nginx a `proxy_pass` for it, or acknowledge this where visitors reach the app in another way.',
  ),
  'nginx.unresolvable': block(
    'nginx’s address of the app depends on a variable, so where the app has to listen cannot be told.',
    'The location, with file and line.',
    'Write the address into nginx’s configuration itself: `proxy_pass http://127.0.0.1:9999;`.',
  ),
  'nginx.remote-backend': block(
    'nginx hands the app’s requests to another address than 127.0.0.1, where belay would start the app.',
    'The location, with file and line.',
    'Name the right server with `site` in belay.yml, or let nginx proxy to 127.0.0.1.',
  ),
  'nginx.several-backends': block(
    'nginx spreads the app’s requests over several addresses; belay starts the app on one.',
    'The location, with file and line.',
    'Leave one server in the upstream, or name with `site` the server that leads to this app.',
  ),
  'nginx.localhost': warn(
    '`proxy_pass` names localhost, which is 127.0.0.1 and ::1 to nginx: after a restart it may leave out the good one for 10 s, and answer 502.',
    'The location, with file and line.',
    'Write 127.0.0.1 instead of localhost, then `nginx -s reload`.',
  ),
  'nginx.not-running': warn(
    'nginx is installed but does not run, so visitors cannot reach the app through it.',
    'nginx’s version.',
    'Start it: `systemctl start nginx`.',
  ),
  'nginx.not-reloaded': warn(
    'Files of nginx’s configuration are newer than what the running nginx has loaded: it may lead elsewhere than they say.',
    'The file that names the app’s address.',
    'Check with `nginx -t`, then `nginx -s reload`.',
  ),
  'nginx.certificate': warn(
    'The certificate of the site expires soon, or has expired: browsers refuse the site then.',
    'Until when it is valid.',
    'Renew it (`certbot renew`), and see what should have done so by itself.',
  ),
  'web.other': warn(
    'Another web server than nginx takes the visitors’ requests; belay cannot tell whether it leads to the app.',
    'The process that listens on port 80 or 443.',
    'Give `port` in belay.yml, and the pages as visitors see them under `verify.external`; then acknowledge this.',
  ),
  'nginx.no-https': warn(
    'The site is served without HTTPS.',
    'What its server listens on, with file and line.',
    'Get a certificate, or write why it needs none: `acknowledge: { nginx.no-https: "internal tool" }`.',
  ),
  'nginx.serves-files': info(
    'nginx serves the files of the app’s folder itself; what `run` starts is asked for the proof alone.',
    'The server of nginx, with file and line.',
    'Nothing.',
  ),
  'nginx.serves-belay': block(
    'nginx serves files from a folder above the app’s, so every release’s sources would be on the web.',
    'The root, with file and line.',
    'Let nginx’s root lead into the app’s own folder of public files, not above it.',
  ),

  'port.mismatch': block(
    'The port in belay.yml (`port`, or written into `run`) is another than the one that nginx proxies to.',
    'What nginx proxies to, with file and line, or the start command.',
    'Write `port: auto`, and {bind} in `run` where the address goes, as in `gunicorn -b {bind} app:app`.',
  ),
  'port.unknown': block(
    'Where the app has to listen cannot be told: nginx leads nowhere near, and belay.yml gives no port.',
    'The ports on which something listens out of the app’s folder.',
    'Give the port in belay.yml: `port: 9999`.',
  ),
  'port.docker': block(
    'The app’s port belongs to a container; belay does not stop containers.',
    'The process, its folder and its cgroup.',
    'Stop the container (`docker ps`, `docker stop`), or give its port another number.',
  ),
  'port.systemd-socket': block(
    'systemd itself listens on the app’s port, for a socket unit, which belay cannot take over.',
    'The process, its folder and its cgroup.',
    'Find it with `systemctl list-sockets`, then `systemctl disable --now` it.',
  ),
  'port.foreign': block(
    'The app’s address is taken by something that has nothing to do with the app.',
    'The process, its folder and its cgroup.',
    'Check `site` and `port` in belay.yml; if they are right, stop that process yourself.',
  ),
  'port.unseen': block(
    'Something listens on the app’s address, but which process it is cannot be seen.',
    'As whom it was looked for.',
    'Let belay act as root by `sudo -n`; as root, `ss -ltnp` shows whether it is in another namespace.',
  ),

  'run.no-socket': block(
    'nginx reaches the app through a socket, but `run` has no {bind} that would be replaced by it.',
    'The start command.',
    'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
  ),
  'run.no-port': block(
    '`run` asks for a socket, but the app has to listen on a port.',
    'The start command, and who expects the port.',
    'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
  ),
  'socket.in-release': block(
    'The socket that nginx leads to lies in the app’s folder, which every release replaces and only root writes to.',
    'The location, with file and line.',
    'Let nginx, and the app that runs now, use a folder made for the socket, as /run/words/app.sock.',
  ),
  'socket.folder': block(
    'The folder of the socket that nginx leads to is missing, or the app’s user may not write into it.',
    'The location, with file and line.',
    "As root on the host: `echo 'd /run/words 0755 words words' >/etc/tmpfiles.d/words.conf && systemd-tmpfiles --create`.",
  ),
  'socket.folder-lost': warn(
    'Nothing that belay knows of makes the socket’s folder again after a reboot; without it the app cannot listen.',
    'Whose the folder is.',
    'Give it a line in /etc/tmpfiles.d, or acknowledge this where another service makes it.',
  ),

  'unit.transient': block(
    'The unit that serves the app was made by systemd-run and is gone once it stops: a rollback could not start it again.',
    'Where the unit lies, and what it starts.',
    'Give it a unit file in /etc/systemd/system.',
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
  'cron.left-alone': info(
    'Lines of crontabs name the app’s folder without starting a server; they stay in force.',
    'The lines.',
    'Nothing, where they suit the new release too.',
  ),

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
  'staged.unchecked': warn(
    'A check on the host broke off before its end.',
    'Which, its exit status, and the last that it said.',
    'Look whether the host has memory left (`free -m`), then deploy again.',
  ),
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

  'path.unusable': block(
    'The app’s path cannot become a link to the active release.',
    'What the path is now.',
    'Give another `path` in belay.yml, such as a folder within it; where it is a lack of rights, let belay act as root by `sudo -n`.',
  ),
  'user.unknown': block(
    'The host does not have the user that belay.yml names.',
    'How the user was looked for.',
    'Make it (`useradd --system words`), or correct `user` in belay.yml.',
  ),
  'user.root': warn(
    'The app will run as root: whoever finds a hole in it has the whole host.',
    'Where that comes from.',
    'Give `user` in belay.yml, such as `user: www-data`.',
  ),
  'disk.full': block(
    'The host has less room than the release and the way back need.',
    'Free bytes and inodes.',
    'Make room: old releases (`keep` in belay.yml), logs (`journalctl --vacuum-size=200M`), package caches (`apt clean`).',
  ),
  'disk.low': warn(
    'Little room is left on the host.',
    'Free bytes and inodes.',
    'Make room soon: a full disk fails the next deployment, and the app.',
  ),
  'memory.low': warn(
    'Little memory is available, and the rehearsal is a second copy of the app.',
    'Where the figure is from.',
    'See what takes it: `ps aux --sort -rss | head`; or `rehearse: false` in belay.yml.',
  ),
  'clock.skew': warn(
    'The host’s clock differs from that of the machine that deploys.',
    'How it was measured.',
    'On whichever is wrong: `timedatectl set-ntp true`.',
  ),
  'tools.missing': block(
    'The host lacks a program that belay acts through.',
    'Where it was looked for.',
    'Install the package that the finding names, such as `apt install util-linux`.',
  ),
  'systemd.absent': block(
    '`manager: systemd` needs a host that systemd runs.',
    'What process 1 is.',
    'Choose a host with systemd.',
  ),
  'pm2.absent': block(
    '`manager: pm2` needs pm2 on the host.',
    'Where it was looked for.',
    'Install it on the host: `npm install -g pm2`; or write `manager: systemd`.',
  ),
  'pm2.home': block(
    'No pm2 daemon of the app’s user runs, and none can be started: that user has no home that it may write to.',
    'Where it would live, or how its home was looked for.',
    'Give the app a user with a home of its own, or make the folder: `install -d -o deploy -m 0700 /home/deploy/.pm2`.',
  ),
  'pm2.crash-loop': warn(
    'A pm2 entry of the app ends again and again, before anything is changed.',
    'Its status.',
    '`pm2 logs NAME --err` says why.',
  ),
  'pm2.no-startup': warn(
    'Nothing starts the daemon of the app’s user at boot: after a reboot the app would stay down.',
    'What was looked for.',
    'As root on the host: `pm2 startup systemd -u deploy --hp /home/deploy`.',
  ),
  'rights.root': block(
    'Units, and what is another user’s, can be made and started by root alone, and belay does not get to be root there.',
    'As whom belay is logged in.',
    'Put into /etc/sudoers.d/belay, with visudo: `deploy ALL=(root) NOPASSWD: /bin/sh, /usr/bin/sh`; or log in as root.',
  ),
  'deadman.unarmed': warn(
    'The host does not put the old version back by itself, should the deployment fall silent: that takes root and systemd.',
    'As whom belay is logged in, or what process 1 is.',
    'Let belay act as root by `sudo -n`; or `deadman: off` in belay.yml, and `belay recover` by hand.',
  ),
  'fence.held': block(
    'Another deployment acts on this host.',
    'When it last changed something.',
    'Wait for it, or abort it: `belay list`, `belay abort`.',
  ),
  'fence.unfinished': warn(
    'A deployment began to change this host and never came to its end: it was terminated in Temporal, or its Temporal is gone.',
    'When it last changed something.',
    'Put back what it left: `belay recover`. Deploying takes the host as it is now, and keeps that for the way back.',
  ),
  'release.missing': block(
    'The host does not have the release any more to which you want to go back.',
    'The releases that it has.',
    'Choose one of these: `belay rollback --to RELEASE`.',
  ),
  'site.down-before': info(
    'Pages fail already, before anything is changed; after a rollback they may fail again.',
    'The pages and what they answer.',
    'Nothing, where this deployment mends them.',
  ),
  'site.name': warn(
    'The name of a page in `verify.external` does not resolve where the worker runs, or leads to an address that is not this host’s: what answers there may be another server.',
    'The name and its addresses.',
    'Correct the name’s address or the URL. Where a balancer, a CDN or a private network is between, acknowledge this.',
  ),
  'site.certificate': warn(
    'The certificate of a page in `verify.external` is not valid, so its verification will fail, or ends within 14 days.',
    'What is wrong, or when it ends.',
    'Renew it (`certbot renew`), let nginx load it (`nginx -s reload`), and plan again.',
  ),
  'facts.unreadable': warn(
    'Some of the host could not be read, so what is there may be missing from the plan.',
    'What, and why.',
    'Give belay the rights to read it, or acknowledge this.',
  ),
} satisfies Record<string, FindingKind>;

/** `nginx.no-https`: what findings are called, and acknowledged by. */
export type FindingId = keyof typeof findingCatalogue;

type Kind<Id extends FindingId> = (typeof findingCatalogue)[Id];

/** The severities that a finding may have. */
export type SeverityOf<Id extends FindingId> =
  Kind<Id>['severity'] | (Kind<Id> extends { or: infer Or } ? Extract<keyof Or, Severity> : never);

/** The beginning of an id: what the finding is about. */
export type FindingFamily = FindingId extends `${infer Family}.${string}` ? Family : never;

/** What the families are about, in the order in which the documentation has them. */
export const findingFamilies: Record<FindingFamily, string> = {
  nginx: 'How visitors reach the app',
  web: 'Other web servers',
  port: 'The address that the app listens on',
  run: 'The start command and the address',
  app: 'The app itself',
  socket: 'The unix socket that nginx leads to',
  unit: 'systemd units',
  process: 'Processes that nothing keeps',
  keeper: 'What keeps things running',
  at: 'Jobs of at(1)',
  cron: 'Lines of crontabs',
  deps: 'Declared dependencies',
  python: 'Python files',
  jinja2: 'Jinja2 templates',
  node: 'JavaScript files',
  json: 'JSON files',
  yaml: 'YAML files',
  toml: 'TOML files',
  shell: 'Shell scripts',
  staged: 'The checks of the staged release as a whole',
  files: 'Files of the source and of the host',
  path: 'Where the app lives',
  user: 'Whom the app runs as',
  disk: 'Room on the host',
  memory: 'Memory of the host',
  clock: 'The host’s clock',
  tools: 'Programs on the host',
  systemd: 'The host’s service manager',
  pm2: 'pm2',
  rights: 'What belay may do on the host',
  deadman: 'The dead man’s switch',
  fence: 'Other deployments',
  release: 'Releases on the host',
  site: 'What the site answers',
  facts: 'What could be read of the host',
};
