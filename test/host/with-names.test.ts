import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { programs } from '../activities/staging-host.js';

/** Of an account that is gone, or of a container: nobody's uid is a server's everyday. */
const uids = 'a 0\nb 54321\nc 54322\nd 4294967295\n';

it.each(programs)(
  'whose uid has a name is told by it, and who has none by the uid: %s programs',
  (_, shell = ['sh']) => {
    const [program = 'sh', ...args] = shell;
    const script = 'ulimit -v 500000; . src/host/scripts/lib/trust.sh; with_names';
    const said = execFileSync(program, [...args, '-c', script], {
      input: uids,
      timeout: 20_000,
      encoding: 'utf8',
    });
    expect(said).toBe('a root\nb 54321\nc 54322\nd 4294967295\n');
  },
);
