import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../domain/facts/facts.js';
import type { Section } from './sections.js';

const namesLimit = 50;

/** What each certificate says, which came as it is (PEM), or why there is none: `error=<why>`. */
export function certificateFacts(sections: readonly Section[]): CertificateFacts[] {
  return sections.flatMap(({ name, rest, body }): CertificateFacts[] => {
    if (name !== 'certificate') return [];
    const pem = /^-----BEGIN [A-Z0-9 ]*CERTIFICATE-----$[^]*?^-----END [A-Z0-9 ]*CERTIFICATE-----$/m.exec(
      body,
    )?.[0];
    if (pem !== undefined) return [certificateOf(rest, pem)];
    const said =
      body
        .trim()
        .replace(/^error=/, '')
        .split('\n')[0] ?? '';
    return [unreadable(rest, said === '' ? 'it could not be read' : said.slice(0, 200))];
  });
}

function certificateOf(file: string, pem: string): CertificateFacts {
  try {
    const { validTo, subjectAltName = '' } = new X509Certificate(pem);
    const expires = Date.parse(validTo) / 1000;
    const names = [...subjectAltName.matchAll(/\bDNS:([^\s,]+)/g)].map((match) => match[1] ?? '');
    return Number.isFinite(expires)
      ? { file, expires, names: names.slice(0, namesLimit) }
      : unreadable(file, 'its end is no date');
  } catch {
    return unreadable(file, 'it makes no sense');
  }
}

function unreadable(file: string, error: string): CertificateFacts {
  return { file, expires: null, names: [], error };
}
