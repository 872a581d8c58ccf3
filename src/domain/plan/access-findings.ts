import type { App } from '../app/app.js';
import { hasProcess } from '../app/kind.js';
import { belayFolder } from '../app/release.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import { runsAsRoot } from '../findings/common.js';
import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { missingTools } from '../facts/missing-tools.js';
import { keepersOn } from '../keepers/kinds/of-group.js';
import { isWithin, namesPath } from '../keepers/touches.js';

interface Wanted {
  app: App;
  facts: Facts;
  /** Whom the app will run as. */
  user: string;
}

/** Whether belay can act there at all: rights, programs, the path that becomes a link, the app's user. */
export function accessFindings(wanted: Wanted, find: Finder): void {
  rights(wanted, find);
  tools(wanted, find);
  path(wanted, find);
  ownFolder(wanted, find);
  keeperName(wanted, find);
  user(wanted, find);
}

/** Whether nothing can be staged on the host, for lack of rights or programs: the plan then says why, without what only a staged release tells. */
export function cannotStage(facts: Facts, app: App): boolean {
  const { parentWritable, state } = facts.app;
  if (missingTools(facts).length > 0 || state?.fault !== undefined) return true;
  return !parentWritable || (releaseKeeper(app).needsRoot && !facts.system.root);
}

function rights({ app, facts, user: name }: Wanted, find: Finder): void {
  const { user } = facts.system;
  const { needsRoot, rootText } = releaseKeeper(app);
  if (facts.system.root || (!needsRoot && name === user)) return;
  find.report(
    'rights.root',
    `${rootText(name)}; ${user} is not root and \`sudo -n\` is refused.`,
    `logged in as ${user} (uid ${facts.system.uid})`,
    `Put into /etc/sudoers.d/belay, with visudo: \`${user} ALL=(root) NOPASSWD: /bin/sh\`; or log in as root. ${grants}`,
  );
}

/** Said wherever a line for sudoers is. */
const grants =
  'Either is all of root, as every step is a shell’s script, and nothing narrower would do: let belay log in as a user of its own, never as the app’s, or whoever breaks into the app is root.';

function tools({ app, facts }: Wanted, find: Finder): void {
  const lacks = (tool: string) => (facts.tools[tool] ?? null) === null;
  const report = (names: string, packages: string) =>
    find.report(
      'tools.missing',
      `belay needs ${names} on the host, and it is not there.`,
      `PATH of ${facts.system.user}`,
      `Install it: \`apt install ${packages}\`, or your system’s package for it.`,
    );
  for (const tool of missingTools(facts)) report(tool.name, tool.package);
  // Only root acts as another user.
  if (facts.system.root && lacks('setpriv')) report('util-linux’s setpriv', 'util-linux');
  if (releaseKeeper(app).needsSystemd && (facts.system.init !== 'systemd' || lacks('systemctl'))) {
    find.report(
      'systemd.absent',
      `\`${app.unit === undefined ? 'manager: systemd' : `unit: ${app.unit}`}\` needs a host that systemd runs; this one does not.`,
      `process 1 is ${facts.system.init || 'unknown'}`,
      'Choose a host with systemd.',
    );
  }
}

function path({ app, facts }: Wanted, find: Finder): void {
  const { kind, target, active, parentWritable } = facts.app;
  const wrong =
    kind === 'mount'
      ? 'is a mount point, which cannot be renamed'
      : kind === 'other'
        ? 'is neither a folder nor a link'
        : kind === 'symlink' && active === undefined
          ? `is a link to ${target ?? '?'}, which is none of belay’s`
          : !parentWritable && facts.system.root
            ? 'lies in a folder that cannot be written to, even by root'
            : null;
  if (wrong !== null) {
    find.report(
      'path.unusable',
      `${app.path} has to become a link to the active release, but it ${wrong}.`,
      `${kind}, leads to ${facts.app.realPath}`,
      kind === 'symlink'
        ? `Give the folder itself as \`path\` in belay.yml: ${facts.app.realPath}`
        : 'Give another `path` in belay.yml, such as a folder within it.',
    );
  } else if (!parentWritable) {
    find.report(
      'path.unusable',
      `${facts.system.user} may not write into the folder that ${app.path} lies in, so it cannot become a link.`,
      `${app.path}: ${kind}`,
      'Let belay act as root by sudo without a password, or give the folder to that user.',
    );
  }
}

/** What belay keeps of its own for the path: whether it can be believed, and whose it is. */
function ownFolder({ app, facts }: Wanted, find: Finder): void {
  const { fault, why = '', folder = '', app: other, namesake } = facts.app.state ?? {};
  if (fault === 'newer') {
    find.report(
      'state.newer',
      `A newer belay has deployed to ${app.path}; this one does not know what it wrote.`,
      why,
      'Update belay: `npm install -g belay@latest`.',
    );
  } else if (fault === 'damaged') {
    find.report(
      'state.damaged',
      `What belay keeps of ${app.path} on the host cannot be believed: root goes by nothing that somebody else can write.`,
      why,
      `Look at who put that there, and give it back to root; what cannot be mended, move away: \`sudo mv ${folder} ${folder}.damaged\`.`,
    );
  }
  if (other !== undefined && other !== app.name) {
    find.report(
      'path.other-app',
      `${app.path} is the path of the app ${other}: two apps cannot be deployed to one path.`,
      `${folder}/app says ${other}`,
      `Give ${app.name} a path of its own; where ${other} is its former name, on the host: \`sudo rm ${folder}/app\`.`,
    );
  }
  if (namesake !== undefined) {
    find.report(
      'path.namesake',
      `${app.name} is deployed to ${namesake} of this host too, in the same environment: what belay makes for a deployment has the same names for both.`,
      `${app.environment}, at ${namesake} and at ${app.path}`,
      `Set this deployment down under \`environments\` in belay.yml, as staging beside production: the environment is in the names; where nothing is deployed to ${namesake} any more, on the host: \`sudo mv ${namesake}.belay ${namesake}.belay.old\`.`,
    );
  }
}

/** Whether what belay would make to keep the app running keeps another one: as for an app at two paths of one host. */
function keeperName({ app, facts }: Wanted, find: Finder): void {
  const { name, isMade, keeps } = releaseKeeper(app);
  if (!isMade || facts.app.state?.namesake !== undefined) return;
  const found = keepersOn(facts)
    .filter(({ keeper }) => keeps(keeper))
    .map(({ texts }) => texts);
  const own = [app.path, facts.app.realPath.replace(/\.belay\/releases\/.*$/, '')].map(belayFolder);
  const other = found.find((texts) => !own.some((folder) => texts.some((text) => namesPath(text, folder))));
  if (other === undefined) return;
  const where = other.filter((text) => text !== '').join(', ');
  find.report(
    'keeper.name-taken',
    `${name}, which would keep the app running, is there already and keeps what is not in ${app.path}.`,
    `${name}: ${where}`,
    `Give the app another name, or this deployment another \`environment\`, in belay.yml: both are in the name.`,
  );
}

function user({ app, facts, user: name }: Wanted, find: Finder): void {
  if (app.user !== undefined && facts.app.userExists === false) {
    find.report(
      'user.unknown',
      `belay.yml says that the app runs as ${app.user}; the host has no such user.`,
      `id ${app.user}`,
      `Make it (\`useradd --system ${app.user}\`), or correct \`user\` in belay.yml.`,
    );
  } else if (name === 'root' && hasProcess(app)) {
    const [lower] = app.user === undefined ? lowered(app, facts) : [];
    const why =
      app.user === undefined ? 'it does so now, or its folder is root’s' : 'user: root in belay.yml';
    if (lower === undefined) runsAsRoot('The app will run', why, find);
    else
      find.report(
        'user.root',
        `The app will be started as root, and what answers visitors now runs as ${lower}: unless the app gives root’s rights up by itself, as it was told to, it has the whole host from then on.`,
        `root started it, and what listens with that process runs as ${lower}`,
        `Write \`user: ${lower}\` in belay.yml; what only root can read or listen on, it cannot then.`,
      );
  }
}

/** Whom root's process in the app's folder has made its others, which listen with it: `gunicorn -u www-data`. */
function lowered({ path }: App, { app: { realPath }, listeners, processes }: Facts): string[] {
  const own = processes.filter(({ cwd }) => isWithin(cwd, path) || isWithin(cwd, realPath));
  return listeners.flatMap(({ pids }) => {
    const users = own.flatMap(({ pid, user: name }) => (pids.includes(pid) ? [name] : []));
    return users.includes('root') ? users.filter((name) => name !== 'root') : [];
  });
}
