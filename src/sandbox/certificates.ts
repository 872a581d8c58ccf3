import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { sandboxState } from './folders.js';
import { makeOnce } from './once.js';

const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** The certificate authority of this state folder's servers: the file that a client has to trust. */
export function caFile(): string {
  return join(sandboxState(), 'ca', 'ca.pem');
}

/**
 * Makes a key and a certificate for these names, signed by the sandbox's own authority, valid for 90 days.
 * @returns both as PEM
 */
export async function issueCertificate(names: string[]): Promise<{ key: string; certificate: string }> {
  await makeOnce(join(sandboxState(), 'ca'), async (folder) => {
    const files = ['-keyout', join(folder, 'ca.key'), '-out', join(folder, 'ca.pem')];
    await execa('openssl', [...request, '-days', '3650', '-subj', '/CN=belay sandbox', ...files]);
  });
  const folder = await mkdtemp(join(tmpdir(), 'belay-certificate-'));
  try {
    const key = join(folder, 'key.pem');
    const certificate = join(folder, 'certificate.pem');
    await execa('openssl', [
      ...request,
      ...['-days', '90', '-CA', caFile(), '-CAkey', join(sandboxState(), 'ca', 'ca.key')],
      ...[
        '-subj',
        `/CN=${names[0]}`,
        '-addext',
        `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
      ],
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', certificate],
    ]);
    return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
