import type { CertificateFacts } from '../../domain/facts/facts.js';
import type { Section } from './sections.js';

const namesLimit = 50;

/** What `openssl x509 -noout -enddate -ext subjectAltName` said of each certificate, or why it said nothing. */
export function certificateFacts(sections: readonly Section[]): CertificateFacts[] {
  return sections.flatMap(({ name, rest, body }): CertificateFacts[] => {
    if (name !== 'certificate') return [];
    const end = /^notAfter=(.+)$/m.exec(body)?.[1];
    const expires = end === undefined ? Number.NaN : Date.parse(end) / 1000;
    const names = [...body.matchAll(/\bDNS:([^\s,]+)/g)].map((match) => match[1] ?? '').slice(0, namesLimit);
    if (Number.isFinite(expires)) return [{ file: rest, expires, names }];
    const said =
      body
        .trim()
        .replace(/^error=/, '')
        .split('\n')[0] ?? '';
    return [
      { file: rest, expires: null, names, error: said === '' ? 'it could not be read' : said.slice(0, 200) },
    ];
  });
}
