import { belay, layConfig } from '../support.mjs';
import { laySite } from './app.mjs';

export async function belayItself({ server, source, env, port }) {
  await laySite(server, 'belay', port);
  const config = layConfig(source, 'belay', {
    run: 'python3 -m http.server {port} --bind 127.0.0.1 --directory data',
    rehearse: true,
  });
  await belay(['up'], { env });
  const { stdout } = await belay(['--version'], { env });
  return {
    name: 'belay',
    version: stdout.trim(),
    deploy: () => belay(['deploy', '--config', config, '--yes', '--json'], { env }),
    rollback: () => belay(['rollback', '--config', config, '--yes', '--json'], { env }),
  };
}
