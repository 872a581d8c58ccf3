/** What is known of a program's arguments. */
export type ProgramKind =
  /** A server: its arguments are names of modules, addresses and numbers. */
  | 'server'
  /** Its plain words are names of services, targets and folders. */
  | 'tool'
  /** Runs a file, or a module, that is the program then. */
  | 'interpreter'
  /** Runs what comes after its own options. */
  | 'wrapper'
  /** Takes passwords as arguments, in ways of its own. */
  | 'client'
  | 'other';

const words = (text: string) => new Set(text.split(' '));

const kinds: readonly [ProgramKind, ReadonlySet<string>][] = [
  [
    'server',
    words(
      'gunicorn uvicorn hypercorn daphne waitress-serve uwsgi granian celery rq puma rackup unicorn thin sidekiq flask django-admin streamlit php-fpm caddy next nuxt vite serve http-server http.server',
    ),
  ],
  [
    'tool',
    words(
      'npm yarn pnpm pm2 systemctl service supervisorctl rails rake make mix cargo go dotnet nginx docker docker-compose podman cd pushd run-parts certbot crontab manage.py artisan supervisord circusd monit docker-proxy containerd-shim containerd-shim-runc-v2 tar find',
    ),
  ],
  [
    'interpreter',
    words('python node nodejs ruby perl php lua deno bun ts-node tsx java sh bash dash zsh ash ksh busybox'),
  ],
  [
    'wrapper',
    words(
      'env sshpass sudo doas nice ionice nohup setsid exec timeout flock chrt taskset stdbuf dumb-init tini setpriv su runuser start-stop-daemon systemd-run xvfb-run unbuffer time command docker-init gosu chpst s6-setuidgid setuidgid foreman honcho npx bunx nodemon forever bundle poetry pipenv uv',
    ),
  ],
  [
    'client',
    words(
      'curl wget psql pg_dump pg_restore redis-cli mongo mongosh mongodump ssh scp sftp rsync ftp lftp smbclient ldapsearch ldapmodify htpasswd openssl zip unzip 7z 7za gpg echo printf aws az gcloud vault kubectl helm http https xh nc ncat telnet sqlcmd restic borg rclone s3cmd',
    ),
  ],
];

/** @param name without its folder */
export function kindOf(name: string): ProgramKind {
  const plain = name
    .replace(/^(python|ruby|perl|php|lua)[\d.]+$/, '$1')
    .replace(/^php-fpm[\d.]+$/, 'php-fpm');
  if (/^(mysql|mariadb)/.test(plain)) return 'client';
  return kinds.find(([, names]) => names.has(plain))?.[0] ?? 'other';
}

/** Words that say what a program does, wherever they stand. */
const verbs = words(
  'start stop restart reload try-restart reload-or-restart run serve server worker workers web beat scheduler consumer api app main dev prod production development staging test watch build exec status runserver migrate collectstatic resurrect master process cache manager loader God Daemon daemon pool www idle shutting down foreground background queue queue:work queue:listen schedule:run schedule:work renew enable disable list install ci root',
);
/** Values that are no secret, whatever they are the value of. */
const values = words(
  'true false yes no on off none null auto default always never info debug warn warning error critical trace notice http https http1 http2 ws wss tcp udp tcp4 tcp6 unix ipv4 ipv6 utf-8 UTF-8 sync async gevent eventlet gthread asgi wsgi rsgi asyncio uvloop threads prefork solo json text syslog stdout stderr combined',
);

export function isVerb(word: string): boolean {
  return verbs.has(word);
}

export function isPlainValue(word: string): boolean {
  return values.has(word) || verbs.has(word);
}

/** Options whose value is a name of something. */
export const namingOptions = words(
  'bind host hostname address addr listen interface proto protocol host-ip host-port container-ip container-port port worker-class k kind log-level loglevel log-config name n instance node service user u group g chdir cwd app A module m wsgi asgi factory pool P queues Q queue loop lifespan http ws root-path env e environment E mode target config conf c C settings require r import loader experimental-loader app-dir directory dir d static-map plugin plugins callable home chroot umask socket sock log logfile log-file access-logfile error-logfile pidfile pid pid-file working-directory workdir start-directory tag unit t w b p l T j o f',
);
/** Options that have no value. */
export const flags = words(
  'silent quiet verbose daemon daemonize reload preload force now user no-block debug foreground nodaemon production prod dev yes recursive all init d D q v y f s S i x h t T R a n l',
);
/** Variables whose value is a name. */
export const namingVariables = words(
  'NODE_ENV RAILS_ENV RACK_ENV APP_ENV FLASK_ENV ENV ENVIRONMENT DJANGO_SETTINGS_MODULE FLASK_APP LOG_LEVEL LANG LANGUAGE LC_ALL LC_CTYPE TZ HOST HOSTNAME BIND PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONPATH PATH HOME SHELL MAILTO USER BELAY_RELEASE BELAY_REHEARSAL SPT_NOENV',
);
