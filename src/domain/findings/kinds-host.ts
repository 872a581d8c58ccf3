import { type FindingKind, block, info, told, warn } from './kind.js';

/** The host itself, what belay may do there, and what is there already. */
export const hostKinds = {
  'path.unusable': block(
    'The app’s path cannot become a link to the active release.',
    'What the path is now.',
    'Give another `path` in belay.yml, such as a folder within it; where it is a lack of rights, let belay act as root by `sudo -n`.',
  ),
  'path.other-app': block(
    'Another app has been deployed to this path: one path has one app.',
    'Where the host says so.',
    'Give this app a path of its own; where the other is its former name, remove the file that is named.',
  ),
  'path.namesake': block(
    'The same app is deployed to another path of the host in the same environment: the dead man’s switch and the second copy would have the same names.',
    'The environment, and both paths.',
    'Set one of the two down under `environments` in belay.yml: the environment is in the names.',
  ),
  'state.damaged': block(
    'What belay keeps for itself on the host (`/var/lib/belay`) is not root’s alone, or makes no sense.',
    'What was found, and what was expected.',
    'Look at who put that there, and give it back to root; what cannot be mended, move away.',
  ),
  'state.newer': block(
    'A newer belay has deployed to this path, and this one does not know what it wrote.',
    'The format that was found, and the one that is known.',
    'Update belay: `npm install -g belay@latest`.',
  ),
  'user.unknown': block(
    'The host does not have the user that belay.yml names.',
    'How the user was looked for.',
    'Make it (`useradd --system words`), or correct `user` in belay.yml.',
  ),
  'user.root': {
    ...warn(
      'The app runs, or will run, as root: whoever finds a hole in it has the whole host.',
      'Where that comes from.',
      'Give `user` in belay.yml, such as `user: www-data`.',
    ),
    or: { info: 'where `belay inspect` tells it of a server' },
  },
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
    'Put into /etc/sudoers.d/belay, with visudo: `belay ALL=(root) NOPASSWD: /bin/sh`; or log in as root. Either is all of root, as every step is a shell’s script, and nothing narrower would do: let belay log in as a user of its own, never as the app’s, or whoever breaks into the app is root.',
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
    'The name of a page in `verify.external` leads to an address that is not this host’s: what answers there may be another server.',
    'The name and its addresses.',
    'Correct the name’s address or the URL. Where a balancer, a CDN or a private network is between, acknowledge this.',
  ),
  'site.unresolved': block(
    'The name of a page in `verify.external` does not resolve where the worker runs, so its verification would fail.',
    'The page.',
    'Give the name its address; or tell belay which one to ask, `BELAY_RESOLVE=NAME=ADDRESS`; or correct `verify.external` in belay.yml, or leave the page out of it.',
  ),
  'site.untrusted': block(
    'The certificate of a page in `verify.external` is not valid for visitors, so its verification would fail.',
    'What is wrong with it.',
    'Get a valid one (`certbot renew`) and let nginx load it (`nginx -s reload`); where an authority of your own signed it, name that by `BELAY_CA_FILE=FILE`; or leave the page out of `verify.external`.',
  ),
  'site.fails': block(
    'A page of `verify.external` does not come though the app itself answers well: what is between refuses it, which no release mends, so its verification would fail.',
    'The pages and what they answer.',
    'Mend what is between, or say what is right there (`status`, another URL, or none); where only this machine is kept from it, give the name the address to ask by `BELAY_RESOLVE=NAME=ADDRESS`.',
  ),
  'site.certificate': warn(
    'The certificate of a page in `verify.external` ends within 14 days.',
    'When it ends.',
    'Renew it (`certbot renew`), let nginx load it (`nginx -s reload`), and plan again.',
  ),
  'facts.doubted': info(
    'Processes say that they are nginx, pm2 or supervisord, or folders are on root’s PATH, and others than root could have made them so: belay neither asks nor uses them.',
    'Each with its pid, its user, and why.',
    'Nothing, where that is meant. Where the app depends on one, another finding says what to do.',
  ),
  'facts.incomplete': block(
    'More listens, runs or is kept on the host than belay looks at, so what would be in the way, or serves now, may be missing from the plan.',
    'Which list was cut, and where.',
    'See whose they are: `ss -ltnp`, `ps -eo user= | sort | uniq -c | sort -n`, and what is named above; end or remove what should not be there, then plan again.',
  ),
  'facts.unreadable': warn(
    'Some of the host could not be read, so what is there may be missing from the plan.',
    'What, and why.',
    'Give belay the rights to read it, or acknowledge this.',
  ),
  'daemon.doubted': told(
    warn(
      'A process says that it is nginx, pm2 or supervisord, or a folder is on root’s PATH, and others than root could have made it so: belay neither asks nor uses it.',
      'Its pid, its user, and why.',
      'See what it is: `ps -fp PID`; take the folder out of PATH, or give it to root.',
    ),
  ),
  'pm2.not-at-boot': told(
    warn(
      'A pm2 daemon keeps entries, and nothing starts it at boot.',
      'The daemon.',
      '`pm2 startup` arranges that, where it is wanted.',
    ),
  ),
  'pm2.not-saved': told(
    warn(
      'What pm2 runs is not what it saved: after a reboot something else runs.',
      'The dump.',
      '`pm2 save`, when all entries are as they should be.',
    ),
  ),
  'pm2.cron-restart': told(
    info(
      'pm2 starts an entry anew on a schedule, also after somebody ended it by hand.',
      'The schedule.',
      'Only `pm2 stop` or `pm2 delete` ends it for good.',
    ),
  ),
} satisfies Record<string, FindingKind>;
