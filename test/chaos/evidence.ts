import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.js';

/** Keeps what tells how something went wrong: history, logs, and the host's own record. What cannot be had is left out. */
export async function keepEvidence(world: World, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(world.state, 'logs'), join(folder, 'logs'), { recursive: true }).catch(() => undefined);
  const history = await world.history().catch(String);
  await writeFile(join(folder, 'history.json'), JSON.stringify(history, null, 2));
  const host = await world.inside(record).catch(String);
  await writeFile(join(folder, 'host.txt'), host);
}

const record = `
cd / && find srv/words.belay var/lib/belay -path '*/tree' -prune -o -type f -print | while read -r file; do
  printf '\\n=== %s\\n' "$file"; head -c 4000 "$file"
done
printf '\\n=== processes\\n'; ps -eo pid,ppid,lstart,user,args
printf '\\n=== listeners\\n'; ss -Hltnp
printf '\\n=== paths\\n'; ls -la /srv /srv/words.belay /srv/words.belay/* /var/lib/belay/*/*
printf '\\n=== pm2\\n'; pm2 list; crontab -l
printf '\\n=== log\\n'; journalctl -b -o short-precise --no-pager -n 400
`;
