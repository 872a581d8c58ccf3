import { createHash } from 'node:crypto';
import type { Bind } from '../../domain/app/address.js';
import { belayFolder, spareName } from '../../domain/app/release.js';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import { askSections } from '../../host/facts/read.js';
import { bindFields, bindName } from '../../host/keepers/bind-name.js';
import { makeChange } from '../change/make-change.js';
import { isLed } from '../detour/exchange.js';
import { exchangeNow, partsOf } from '../detour/exchange-now.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** When a visitor's program may ask again. */
const retrySeconds = 60;

/** Leads nginx to a page of the release that it serves itself, with 503: until it is led back nobody comes to the app. */
export const maintain: Step<'maintain'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan } = input;
    const page = plan.maintenance ?? '';
    const folder = `/run/${spareName(app)}-page`;
    const spare = pageBind(input, folder);
    const session = await hosts.session(input.reach);
    progress({ text: 'nginx’s files' });
    const asked = { path: app.path, belay: belayFolder(app.path) };
    const sections = await askSections(session, 'nginx-look', asked, cancelSignal());
    // After an attempt that was cut off: the host's journal knows what came of it.
    const exchange = isLed(sections, spare)
      ? undefined
      : exchangeNow(input, sections, spare, `include ${folder}/server*.conf;`);
    progress({ text: `nginx to ${bindName(spare)}` });
    const spareFields = bindFields(spare);
    await makeChange(hosts, 'maintain', input, {
      script: 'detour',
      fields: {
        spareKind: spareFields.bindKind,
        spareWhere: spareFields.bindWhere,
        page,
        pageFolder: folder,
      },
      input: exchange && partsOf(exchange, serverOf(spare, folder)),
      minutes: 2,
      remedy: 'The old version goes on serving. Mend what is named, or take `maintenance` out of belay.yml.',
    });
    return { evidence: [`nginx answers 503 with ${page} at ${bindName(spare)}`], spare };
  };

/** The same at each attempt; another deployment has another one. */
function pageBind({ deployment, plan }: ChangeInput, folder: string): Bind {
  const from = 'maintenance';
  if (plan.bind?.kind === 'socket') return { kind: 'socket', path: `${folder}/page.sock`, from };
  const digest = createHash('sha256').update(deployment).digest();
  return { kind: 'port', port: 20_000 + (digest.readUInt32BE() % 10_000), from };
}

function serverOf(spare: Bind, folder: string): string {
  const listens = spare.kind === 'port' ? `127.0.0.1:${spare.port}` : `unix:${spare.path}`;
  return `# Made by belay for the time of a deployment.
server {
  listen ${listens};
  access_log off;
  root ${folder};
  error_page 503 /page;
  location / { return 503; }
  location = /page {
    internal;
    default_type text/html;
    add_header Retry-After ${retrySeconds} always;
    add_header Cache-Control no-store always;
  }
}
`;
}
