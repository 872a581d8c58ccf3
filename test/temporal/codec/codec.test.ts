import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  ApplicationFailure,
  DefaultFailureConverter,
  DefaultPayloadConverter,
  type Payload,
} from '@temporalio/common';
import { encodeFailure } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { afterEach, describe, expect, it } from 'vitest';
import { judgeSignal } from '../../../src/activities/besides/judgeSignal.js';
import { faultOf, unwrapped, type Seal } from '../../../src/domain/runbook/seal.js';
import { EncryptingCodec, workerConverter } from '../../../src/temporal/codec/codec.js';
import { codecKeys, fingerprint, type CodecKey } from '../../../src/temporal/codec/keys.js';
import { serveCodec } from '../../../src/temporal/codec/server.js';
import { ensureReadable } from '../../../src/temporal/readable.js';
import { unseal } from '../../../src/temporal/codec/unsealed.js';
import { temporaryFolder } from '../../temporary.js';
import { closed } from '../../closed.js';

const key = (id: string): CodecKey => ({ id, bytes: randomBytes(32) });
const [old, current] = [key('2025'), key('2026')];
const converter = new DefaultPayloadConverter();
const secret = { path: '/srv/words' };
const payload = () => converter.toPayload(secret);
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('latin1');

describe('the codec', () => {
  it('encrypts all of a payload, each time another way, and gives it back', async () => {
    const codec = new EncryptingCodec([current]);
    const [one, two] = await codec.encode([payload(), payload()]);
    expect(text(one?.data)).not.toContain('words');
    expect(text(one?.data)).not.toBe(text(two?.data));
    const names = Object.entries(one?.metadata ?? {}).map(([name, value]) => `${name}=${text(value)}`);
    expect(names).toEqual([
      'encoding=binary/encrypted',
      'encryption-cipher=AES-256-GCM',
      'encryption-key-id=2026',
      expect.stringMatching(/^encryption-key-check=[0-9a-f]{8}$/),
      'belay-sealed-for={"workflow":""}',
    ]);
    const [back] = await codec.decode([one ?? {}]);
    expect(converter.fromPayload(back ?? {})).toEqual(secret);
  });

  it('encrypts by the first key and decrypts by all, and lets pass what never was encrypted', async () => {
    const [before] = await new EncryptingCodec([old]).encode([payload()]);
    const rotated = new EncryptingCodec([current, old]);
    const [after] = await rotated.encode([payload()]);
    const open = await rotated.decode([before ?? {}, after ?? {}, payload()]);
    expect(open.map((one) => converter.fromPayload(one))).toEqual([secret, secret, secret]);
    expect(text(after?.metadata?.['encryption-key-id'])).toBe('2026');
  });

  it('says which key is missing, or that it is another one, and that what was changed is no payload of its', async () => {
    const [sealed = {}] = await new EncryptingCodec([old]).encode([payload()]);
    await expect(new EncryptingCodec([]).decode([sealed])).rejects.toThrow(
      'a payload in Temporal is encrypted with the key 2025; no key is configured here. Configure it (BELAY_CODEC_KEY_FILE',
    );
    await expect(new EncryptingCodec([current]).decode([sealed])).rejects.toThrow('configured here: 2026');
    await expect(new EncryptingCodec([key('2025')]).decode([sealed])).rejects.toThrow(
      'another key of the id 2025',
    );
    const data = Buffer.from(sealed.data ?? []);
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    await expect(new EncryptingCodec([old]).decode([{ ...sealed, data }])).rejects.toThrow('another key');
  });

  it('without a key changes nothing', async () => {
    const given = [payload()];
    expect(await new EncryptingCodec([]).encode(given)).toEqual(given);
  });

  it('opens what Temporal’s API answers, the messages of failures too', async () => {
    const codec = new EncryptingCodec([current]);
    const failures = new DefaultFailureConverter({ encodeCommonAttributes: true });
    const failure = failures.errorToFailure(
      ApplicationFailure.create({ message: 'boom /srv/words' }),
      converter,
    );
    const sealed = await encodeFailure([codec], failure);
    const [result] = await codec.encode([payload()]);
    const events = [{ completed: { result: { payloads: [result] } } }, { failed: { failure: sealed } }];
    expect(JSON.stringify(events)).not.toContain('boom');
    await unseal(events, [codec]);
    expect(events[1]).toMatchObject({ failed: { failure: { message: 'boom /srv/words' } } });
    expect(converter.fromPayload(events[0]?.completed?.result.payloads[0] ?? {})).toEqual(secret);
  });
});

it('a worker refuses to start where a deployment is under way that it could not read', async () => {
  const input = { payloads: await new EncryptingCodec([old]).encode([payload()]) };
  const events = [{ workflowExecutionStartedEventAttributes: { input } }];
  const service = {
    listWorkflowExecutions: () =>
      Promise.resolve({ executions: [{ execution: { workflowId: 'belay/words' } }] }),
    getWorkflowExecutionHistory: () => Promise.resolve({ history: { events } }),
  };
  const ready = (keys: CodecKey[]) =>
    ensureReadable(
      { workflowService: service } as unknown as Parameters<typeof ensureReadable>[0],
      'default',
      [new EncryptingCodec(keys)],
    );
  await expect(ready([])).rejects.toThrow(
    'belay/words is under way, and cannot be read here: a payload in Temporal is encrypted with the key 2025; no key',
  );
  await expect(ready([current])).rejects.toThrow('belay/words is under way');
  await ready([current, old]);
});

describe('the keys', () => {
  const line = ({ id, bytes }: CodecKey) => `${id}:${bytes.toString('base64')}`;

  it('come from a file or a command, the first first', async () => {
    const file = join(await temporaryFolder(), 'keys');
    await writeFile(file, `# of 2026\n${line(current)}\n\n${line(old)}\n`);
    expect(codecKeys({ BELAY_CODEC_KEY_FILE: file })).toEqual([current, old]);
    expect(codecKeys({ BELAY_CODEC_KEY_COMMAND: `cat '${file}'` })).toEqual([current, old]);
    expect(codecKeys({})).toEqual([]);
    expect(fingerprint([current, old])).not.toBe(fingerprint([old, current]));
  });

  it('that make no sense are an error without them in it', () => {
    const of = (output: string) => () => codecKeys({ BELAY_CODEC_KEY_COMMAND: `printf '%s' '${output}'` });
    expect(of('2026:c2hvcnQ=')).toThrow(
      /line 1: expected <id>:<32 bytes in base64>, got a line of 13 characters/,
    );
    expect(of('')).toThrow('holds no key');
    expect(of(`${line(old)}\n${line(old)}`)).toThrow('two keys of the id 2025');
    expect(() => codecKeys({ BELAY_CODEC_KEY_COMMAND: 'echo vault is sealed >&2; exit 3' })).toThrow(
      'BELAY_CODEC_KEY_COMMAND failed with exit status 3: vault is sealed',
    );
    expect(() => codecKeys({ BELAY_CODEC_KEY_FILE: '/nowhere' })).toThrow('BELAY_CODEC_KEY_FILE');
  });
});

describe('the codec server', () => {
  const servers: Awaited<ReturnType<typeof serveCodec>>[] = [];
  afterEach(() => Promise.all(servers.splice(0).map(closed)));

  const token = 'its-token';
  async function ask(path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') {
    const origins = ['http://ui.test'];
    const server = await serveCodec(new EncryptingCodec([current]), { port: 0, token, origins });
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    const sent = method === 'POST' ? { body: JSON.stringify(body) } : {};
    const all = { 'content-type': 'application/json', ...headers };
    return fetch(`http://127.0.0.1:${port}${path}`, { method, headers: all, ...sent });
  }
  const ui = { origin: 'http://ui.test' };
  const payloads = [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'InNlY3JldCI=' }];

  it('encodes and decodes for the Web UI’s page, and for no other', async () => {
    const encoded = await ask(`/${token}/encode`, { payloads }, ui);
    expect(encoded.headers.get('access-control-allow-origin')).toBe('http://ui.test');
    const sealed = (await encoded.json()) as { payloads: { data: string }[] };
    expect(sealed.payloads[0]?.data).not.toBe('InNlY3JldCI=');
    expect(await (await ask(`/${token}/decode?namespace=default`, sealed, ui)).json()).toEqual({ payloads });
    const bearer = { authorization: `Bearer ${token}` };
    expect(await (await ask('/decode', sealed, bearer)).json()).toEqual({ payloads });
    expect((await ask('/encode', { payloads }, bearer)).status).toBe(403);

    expect((await ask(`/${token}/decode`, sealed, ui, 'OPTIONS')).status).toBe(204);
    const other = await ask(`/${token}/decode`, sealed, { origin: 'http://evil.test' });
    expect(other.status).toBe(403);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect((await ask(`/${token}/decode`, 'no payloads', ui)).status).toBe(400);
    expect((await ask(`/${token}/`, {}, ui)).status).toBe(404);
  });

  it('answers nobody without the token, whatever the origin', async () => {
    for (const origin of [{}, ui, { origin: 'null' }])
      for (const path of ['/decode', '/encode', '//decode', '/its-toke/decode', '/its-token2/decode', '/']) {
        const { status, headers } = await ask(path, { payloads }, origin);
        expect([path, status, headers.get('access-control-allow-origin')]).toEqual([path, 401, null]);
      }
    expect((await ask('/decode', { payloads }, { authorization: 'Bearer ' })).status).toBe(401);
  });

  it('encodes for dialogs alone: what it makes starts nothing, and is of no use later', async () => {
    const [sealed = {}] = new EncryptingCodec([current]).encodeForDialog([payload()]);
    const context = { type: 'workflow', namespace: 'default', workflowId: 'belay/a/b/c' } as const;
    const [open = {}] =
      (await workerConverter([current], 'x').payloadCodecs?.[0]?.decode([sealed], context)) ?? [];
    const { seal } = unwrapped(converter.fromPayload(open)) as { seal: Seal };
    expect(faultOf(seal)).toContain('which may only send signals');
    expect((await judgeSignal({ signal: 1, seal })).refused).toBeNull();
    const late = { ...seal, at: (seal.at ?? 0) - 16 * 60_000 };
    expect((await judgeSignal({ signal: 1, seal: late })).refused).toContain('more than 15 minutes ago');
  });
});

describe('a seal', () => {
  const codecOf = (keys: CodecKey[]) =>
    workerConverter(keys, 'at the worker').payloadCodecs?.[0] ?? new EncryptingCodec([]);
  const of = (workflowId: string) => ({ type: 'workflow', namespace: 'default', workflowId }) as const;
  const sealOf = async (keys: CodecKey[], given: Payload, workflowId: string) => {
    const [open = {}] = await codecOf(keys).decode([given], of(workflowId));
    return unwrapped(converter.fromPayload<unknown>(open));
  };

  it('is good for one workflow’s id; for the health watch’s every look', async () => {
    const sealedFor = async (id: string) => (await codecOf([current]).encode([payload()], of(id)))[0] ?? {};
    const [own, watch] = [await sealedFor('belay/a/b/c'), await sealedFor('belay-health/a/b/c')];
    expect(await sealOf([current], own, 'belay/a/b/c')).toEqual({ value: secret, seal: { kind: 'sealed' } });
    expect((await sealOf([current], own, 'belay/a/b/d')).seal).toEqual({ kind: 'foreign' });
    const look = 'belay-health/a/b/c-2026-11-27T10:00:00Z';
    expect((await sealOf([current], watch, look)).seal).toEqual({ kind: 'sealed' });
    expect((await sealOf([current], await sealedFor(look), 'belay-health/a/b/c')).seal?.kind).toBe('sealed');
    // What it is sealed for is under the seal too.
    const metadata = { ...own.metadata, 'belay-sealed-for': Buffer.from('{"workflow":"belay/a/b/d"}') };
    expect((await sealOf([current], { ...own, metadata }, 'belay/a/b/d')).seal).toEqual({ kind: 'forged' });
  });

  it('is not pretended: neither where keys are, nor where none is', async () => {
    const faked = converter.toPayload({ 'belay:seal': { kind: 'sealed' }, value: 1 });
    expect((await sealOf([current], faked, 'x')).seal).toEqual({ kind: 'plain' });
    expect((await sealOf([], faked, 'x')).seal).toEqual({ kind: 'keyless' });
    expect(await sealOf([], payload(), 'x')).toEqual({ value: secret });
  });
});
