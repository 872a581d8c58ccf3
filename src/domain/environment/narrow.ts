import { appPathOf, type Environment } from './environment.js';
import { belayFolder } from '../app/release.js';
import { isSameKeeper } from '../app/keeper.js';
import { foundKind } from '../keepers/kinds/of-group.js';
import { isWithin, namesPath } from '../keepers/touches.js';

/** The environment as far as it is about one app: what works in its path, names it, or leads visitors to it. */
export function narrowed(environment: Environment, path: string): Environment {
  const { survey, services, silent } = environment;
  const own = services.filter((service) => service.path === path);
  const about = (text: string) => namesPath(text, path);
  const kept = own.flatMap(({ kept: by }) => (by === null ? [] : foundKind(by).keepers(by)));
  const keeps = (unit: string) => kept.some((keeper) => isSameKeeper(keeper, { kind: 'unit', unit }));
  const inside = (folder: string) => appPathOf(folder) === path || isWithin(folder, path);
  const servers = (survey.nginx?.servers ?? []).flatMap((server) => {
    const locations = server.locations.filter(
      (location) =>
        own.some(({ routes }) => routes.some((route) => route.location === location)) ||
        (location.root !== undefined && isWithin(location.root, path)),
    );
    const serves = server.root !== undefined && isWithin(server.root, path);
    return locations.length > 0 || serves ? [{ ...server, locations }] : [];
  });
  const certificates = new Set(servers.map(({ certificate }) => certificate));
  return {
    ...environment,
    services: own.map((service) => ({
      ...service,
      routes: service.routes.map((route) => ({
        ...route,
        server: servers.find(({ where }) => where === route.server.where) ?? route.server,
      })),
    })),
    silent: silent.filter(({ server }) => servers.some(({ where }) => where === server.where)),
    survey: {
      ...survey,
      nginx: survey.nginx === null ? null : { ...survey.nginx, servers },
      certificates: survey.certificates.filter(({ file }) => certificates.has(file)),
      pm2: survey.pm2.map((daemon) => ({
        ...daemon,
        entries: daemon.entries.filter(({ cwd, script }) => inside(cwd) || about(script)),
      })),
      cron: survey.cron.filter(({ command }) => about(command)),
      units: survey.units.filter(
        ({ unit, workingDirectory, execStart, triggeredBy = [] }) =>
          keeps(unit) || inside(workingDirectory) || about(execStart) || triggeredBy.some(keeps),
      ),
      processes: survey.processes.filter(
        ({ pid, cwd }) =>
          appPathOf(cwd) === path ||
          isWithin(cwd, belayFolder(path)) ||
          survey.pm2.some(({ daemonPid }) => daemonPid === pid),
      ),
      timers: [],
      supervisors: [],
      at: [],
      containers: null,
    },
  };
}
