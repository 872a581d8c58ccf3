import { expect, it } from 'vitest';
import { nameChecker } from '../../../src/host/proof/names.js';
import { makeFacts } from '../../domain/make-facts.js';
import { LocalSession } from '../local-session.js';

const name = 'words.example.test';
function leads(
  resolve: Record<string, string>,
  { destination = 'root@192.0.2.1:22', addresses = ['10.0.0.5'] as string[] | null } = {},
) {
  const facts = makeFacts();
  const session = Object.assign(new LocalSession(), { destination });
  return nameChecker(
    session,
    { ...facts, system: { ...facts.system, ...(addresses && { addresses }) } },
    { alias: 'web1', resolve },
  );
}

it('tells a name that leads to another server', async () => {
  expect(await leads({ [name]: '203.0.113.9' })(name)).toEqual(['203.0.113.9']);
});

it('has nothing to say of one that leads to an address of the host, or to the one that belay goes to', async () => {
  expect(await leads({ [name]: '10.0.0.5' })(name)).toBeUndefined();
  expect(await leads({ [name]: '192.0.2.1' })(name)).toBeUndefined();
  expect(
    await leads({ [name]: '2001:db8::1' }, { destination: 'root@[2001:db8::1]:22' })(name),
  ).toBeUndefined();
});

it('has nothing to say where it cannot tell: an address, a name that leads nowhere, a host without addresses', async () => {
  expect(await leads({})('203.0.113.9')).toBeUndefined();
  expect(await leads({})('no-such-host.invalid')).toBeUndefined();
  const unknown = leads({ [name]: '203.0.113.9' }, { addresses: null });
  expect(await unknown(name)).toBeUndefined();
});
