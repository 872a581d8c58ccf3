import { mkdir } from 'node:fs/promises';
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
 * @param folder is made, readable by its owner only, and gets key.pem and certificate.pem
 */
export async function issueCertificate(names: string[], folder: string): Promise<void> {
  await makeOnce(join(sandboxState(), 'ca'), async (draft) => {
    const files = ['-keyout', join(draft, 'ca.key'), '-out', join(draft, 'ca.pem')];
    await execa('openssl', [...request, '-days', '3650', '-subj', '/CN=belay sandbox', ...files]);
  });
  await mkdir(folder, { mode: 0o700 });
  const signed = ['-days', '90', '-CA', caFile(), '-CAkey', join(sandboxState(), 'ca', 'ca.key')];
  const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
  const subject = ['-subj', `/CN=${names[0]}`, '-addext', alternatives];
  const use = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
  await execa('openssl', [...request, ...signed, ...subject, ...use, ...files]);
}
