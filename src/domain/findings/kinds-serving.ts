import { type FindingKind, block, info, told, warn } from './kind.js';

/** How visitors reach the app: nginx, other web servers, the address, its socket. */
export const servingKinds = {
  'nginx.broken': block(
    'nginx cannot read its own configuration, which says where the app has to listen.',
    'What `nginx -T` said.',
    'Mend what nginx names, check with `nginx -t`; where it is a lack of rights, let belay act as root by `sudo -n`.',
  ),
  'nginx.incomplete': block(
    'nginx’s configuration is longer than belay reads, so a server that leads elsewhere may be missing from it; belay.yml gives no port.',
    'What was left out.',
    'Give `port` in belay.yml, or make the configuration shorter: move long maps out of it, remove sites that are not used.',
  ),
  'nginx.not-roots': block(
    'Others than root can change what root’s nginx runs or reads: its program, a file of its configuration, a module, or a folder above one. belay would rely on it, and asking it would run it as root.',
    'What can be changed, by whom, and its mode.',
    'Give it to root alone: `chown root: FILE && chmod go-w FILE`, of folders too; or copy it into /etc/nginx and include it from there.',
  ),
  'nginx.of-user': block(
    'What listens where visitors come says that it is nginx and is a user’s: root does not ask it, because its configuration would act with root’s rights.',
    'Its pid, user and port.',
    'Let belay log in as that user (`User deploy` in ~/.ssh/config); or let root start nginx; or give `port` in belay.yml.',
  ),
  'nginx.unread': warn(
    'nginx’s configuration cannot be read for lack of rights, or because it is a user’s own; the port in belay.yml is taken at its word.',
    'What `nginx -T` said, or whose it is.',
    'Let belay act as root by `sudo -n`; or acknowledge this, and name pages under `verify.external`.',
  ),
  'nginx.unknown-site': block(
    '`site` in belay.yml names a server (and location) that nginx does not have, or that hands no requests on.',
    'The server_names that nginx knows.',
    'Correct `site` in belay.yml, or give nginx a `proxy_pass` there.',
  ),
  'nginx.ambiguous-site': block(
    'nginx proxies to several addresses, and belay.yml does not say which of them is this app; or to one, and nothing says that it is this app’s and not another site’s.',
    'Each of them, with file and line.',
    'Name the one that leads to this app: `site: words.example.test` in belay.yml.',
  ),
  'nginx.no-proxy': warn(
    'belay.yml gives a port to which no server of nginx proxies: visitors may not reach the app.',
    'How many servers and proxying locations nginx has.',
    'Give nginx a `proxy_pass` for it, or acknowledge this where visitors reach the app in another way.',
  ),
  'nginx.left-out': block(
    'nginx leaves out the server that leads to the app, because another before it has its names: visitors would not reach the app.',
    'Both servers, with file and line.',
    'Take one of the two out of nginx’s configuration, and let nginx read it.',
  ),
  'nginx.unresolvable': block(
    'nginx’s address of the app depends on a variable, so where the app has to listen cannot be told.',
    'The location, with file and line.',
    'Write the address into nginx’s configuration itself: `proxy_pass http://127.0.0.1:9999;`.',
  ),
  'nginx.remote-backend': block(
    'nginx hands the app’s requests to an address that is none of the host’s own, where belay would start the app.',
    'The location, with file and line.',
    'Name the right server with `site` in belay.yml, or let nginx proxy to 127.0.0.1.',
  ),
  'nginx.not-http': block(
    'nginx asks the app in another language than plain HTTP (FastCGI, uwsgi, SCGI, gRPC, TLS), in which belay cannot prove it.',
    'The location, with file and line.',
    'Let the app speak HTTP on 127.0.0.1 and nginx hand on with `proxy_pass http://`; or name with `site` the location that does.',
  ),
  'nginx.several-backends': block(
    'nginx spreads the app’s requests over several addresses; belay starts the app on one.',
    'The location, with file and line.',
    'Leave one server in the upstream, or name with `site` the server that leads to this app.',
  ),
  'nginx.unasked': warn(
    'Ways by which nginx leads to the app cannot be asked from the host itself, so the proof leaves them out.',
    'Each of them, with file and line, and why.',
    'Name pages that come there under `verify.external`, as a visitor asks for them; or acknowledge this.',
  ),
  'nginx.shutdown-timeout': warn(
    'After a reload nginx cuts what is under way sooner than `drain` lets it go on; a detour reloads nginx twice.',
    'worker_shutdown_timeout, as nginx has it.',
    'Raise worker_shutdown_timeout in nginx.conf, or lower `drain` in belay.yml.',
  ),
  'strategy.detour': block(
    'belay.yml asks for a detour by name, and something that it needs is not so.',
    'What is missing.',
    'Change that; or let `strategy: auto` in belay.yml restart the app where there can be no detour.',
  ),
  'strategy.maintenance': block(
    'belay.yml asks for a page of maintenance, and nginx cannot be led to one.',
    'What is missing.',
    'Change that; or take `maintenance` out of belay.yml: then the release hook runs while the old version serves.',
  ),
  'strategy.unfinished': block(
    'A detour was given up: nginx still leads visitors to the spare address. What was planned now would take that for the app’s own, and a boot would lead visitors away from it.',
    'The unit that puts nginx’s files back at a boot.',
    'See that the version that is to serve answers at its own address, start that unit, reload nginx, and stop what serves at the spare address.',
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
  'nginx.silent-backend': told(
    warn(
      'nginx sends visitors to an address of this host on which nobody listens: they get 502.',
      'The site, the address, and the line of nginx’s configuration.',
      'Start what belongs there, or correct or remove that location.',
    ),
  ),
  'certificate.expired': told(
    warn(
      'A certificate that nginx’s configuration names has expired: browsers refuse the site.',
      'Until when it was valid.',
      'Renew it (`certbot renew`), and see what should have done so by itself.',
    ),
  ),
  'certificate.expires': told(
    warn(
      'A certificate that nginx’s configuration names expires within 30 days.',
      'Until when it is valid.',
      'Renew it (`certbot renew`), and see what should have done so by itself.',
    ),
  ),
  'certificate.unreadable': told(
    info(
      'A certificate that nginx’s configuration names could not be read.',
      'Why not.',
      'Look at it by hand.',
    ),
  ),
  'port.all-interfaces': told(
    info(
      'A process that nginx stands before listens on every interface: unless a firewall is in the way, it can be reached past nginx.',
      'The listener.',
      'Let it listen on 127.0.0.1.',
    ),
  ),
} satisfies Record<string, FindingKind>;
