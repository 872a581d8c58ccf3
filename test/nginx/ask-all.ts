import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackends } from './backends.js';
import { differs, saidOf } from './compare.js';
import { generate, port, type Case } from './generate.js';
import { startNginx, type Question } from './real-nginx.js';
import { shapes } from './shapes.js';

/** What came of asking. */
export interface Told {
  questions: number;
  /** belay said one thing, nginx did another. */
  wrong: string[];
  /** Which configuration, and why belay cannot tell. */
  cannotTell: { of: string; why: string }[];
}

interface Asking extends Case {
  of: string;
  /** Path → the backend’s number, where a person has said it. */
  right?: Record<string, number>;
}

const backends = 8;

/** Asks one nginx that holds generated configurations of these seeds, and the shapes of public projects too where wanted. */
export async function askAll(seeds: readonly number[], withShapes: boolean): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'belay-nginx-'));
  // Loopback addresses of this process alone.
  const own = `127.${64 + (process.pid & 63)}`;
  const backend = (number: number) => `${own}.255.1:${9000 + number}`;
  const root = join(folder, 'root');
  mkdirSync(join(root, 'folder'), { recursive: true });
  for (const file of ['there.html', 'folder/there.html']) writeFileSync(join(root, file), 'there');
  const place = (index: number) => (host: number) => `${own}.${index >> 6}.${(index & 63) * 4 + host}`;
  const cases: Asking[] = [
    ...(withShapes ? shapes : []).map((shape, index) =>
      shaped(shape, index, { backend, root, address: place(index)(1), params: join(folder, 'params') }),
    ),
    ...seeds.map((seed, index) => {
      const address = place(index + shapes.length);
      return {
        of: `seed ${seed}`,
        ...generate(seed, { address, suffix: `c${seed}.test`, backend, backends, root }),
      };
    }),
  ];
  const listening = await startBackends(backends, backend);
  const told: Told = { questions: 0, wrong: [], cannotTell: [] };
  try {
    const nginx = await startNginx(folder, cases.map(({ http }) => http).join('\n'), {
      params: 'uwsgi_param A b; fastcgi_param C d; proxy_set_header X-From here;',
    });
    try {
      for (const { of, questions, right } of cases) {
        for (const question of questions) {
          const status = await nginx.ask(question).catch(refused);
          if (status === undefined) continue;
          const asked = listening.asked().map(backend);
          told.questions += 1;
          const said = saidOf(nginx.facts, question);
          const what = `${of}: ${question.name} ${question.address} ${question.path}`;
          const wanted = right?.[question.path];
          const meant = wanted === undefined || wanted === 0 ? [] : [backend(wanted)];
          if ('cannotTell' in said) told.cannotTell.push({ of: what, why: said.cannotTell });
          else {
            const why = differs(said, asked, status);
            if (why !== undefined) told.wrong.push(`${what}: ${why}`);
            else if (wanted !== undefined && said.backends.join() !== meant.join())
              told.wrong.push(
                `${what}: belay said ${said.backends.join() || 'no backend'}, it is ${meant.join() || 'none'}`,
              );
          }
        }
      }
    } finally {
      await nginx.end();
    }
  } finally {
    await listening.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return told;
}

/** At an address of a case where it happens not to listen nobody answers. */
function refused(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ECONNREFUSED') throw error;
  return undefined;
}

function shaped(
  { like, http, asked }: (typeof shapes)[number],
  index: number,
  to: { backend: (number: number) => string; root: string; address: string; params: string },
): Asking {
  const name = `shape${index}.test`;
  const [host = '', portOf = ''] = to.backend(1).split(':');
  const text = http
    .replaceAll('%LISTEN', `${to.address}:${port}`)
    .replaceAll('%NAME', name)
    .replaceAll('%PARAMS', to.params)
    .replaceAll('%ROOT', to.root)
    .replaceAll('%HOST', host)
    .replaceAll('%PORT', portOf)
    .replaceAll('%ID', `s${index}`)
    .replace(/%(\d)/g, (_whole, number: string) => to.backend(Number(number)));
  const questions = Object.keys(asked).map((path): Question => ({ name, address: to.address, port, path }));
  return { of: like, http: text, questions, right: asked };
}
