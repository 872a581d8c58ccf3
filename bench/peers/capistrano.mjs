import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timed } from '../support.mjs';
import { layKeeper, restart } from './app.mjs';

/** As `cap install` lays it down; the restart is a task after publishing. */
export async function capistrano({ server, folder, port, push }) {
  await layKeeper(server, 'capistrano', port);
  const own = join(folder, 'capistrano');
  mkdirSync(join(own, 'config/deploy'), { recursive: true });
  writeFileSync(
    join(own, 'Capfile'),
    `require 'capistrano/setup'
require 'capistrano/deploy'
require 'capistrano/scm/git'
install_plugin Capistrano::SCM::Git
`,
  );
  writeFileSync(
    join(own, 'config/deploy.rb'),
    `set :application, 'peer'
set :repo_url, '/srv/repo.git'
set :branch, 'main'
set :deploy_to, '/srv/capistrano'
set :keep_releases, 5
set :format_options, truncate: false
task(:restart_app) { on(roles(:app)) { execute(%q(${restart('capistrano', port)})) } }
after 'deploy:publishing', :restart_app
after 'deploy:reverting', :relink do
  invoke 'deploy:symlink:release'
  invoke :restart_app
end
`,
  );
  writeFileSync(
    join(own, 'config/deploy/production.rb'),
    `server 'bench', user: 'root', roles: %w[app], ssh_options: { config: '${server.sshConfig}' }\n`,
  );
  const cap = (task) => timed('cap', ['production', task], { cwd: own, env: process.env });
  const { stdout } = await timed('cap', ['--version'], { cwd: own, env: process.env });
  return {
    name: 'capistrano',
    version: /Version: ([\d.]+)/.exec(stdout)?.[1],
    async deploy() {
      const pushed = await push();
      return { seconds: pushed.seconds + (await cap('deploy')).seconds };
    },
    rollback: () => cap('deploy:rollback'),
  };
}
