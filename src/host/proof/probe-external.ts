import { readFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { rootCertificates, TLSSocket } from 'node:tls';
import type { Reach } from '../../domain/app/app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { followRedirects } from './redirects.js';
import { LastingError, readAnswer } from './probe-answer.js';
import type { ProbeResult } from './probe-answer.js';
import { HostError } from '../types.js';

export interface Certificate {
  subject: string;
  /** ISO 8601. */
  validTo: string;
  /** The names it is valid for. */
  names: string[];
}

export interface ExternalResult extends ProbeResult {
  /** Of the first TLS connection that succeeded; a certificate that is not valid is an `error`. */
  certificate?: Certificate;
}

export interface ExternalOptions {
  /** For the whole of it, redirects included. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** How much of the body is kept; nothing of it unless given. */
  keepBytes?: number;
  /** Whether redirects are followed; yes. */
  follow?: boolean;
}

/**
 * Asks a page from where the worker runs, as a visitor would: name resolved, certificate checked. A redirect within the
 * site is followed; one that leads to another host is the answer.
 * @throws HostError HostUnreachable where the worker itself has no network: no verdict on the site
 */
export async function probeExternal(
  url: string,
  reach: Reach,
  { timeoutMs, signal, keepBytes, follow = true }: ExternalOptions,
): Promise<ExternalResult> {
  const ca = await authorities(reach);
  let certificate: Certificate | undefined;
  const once = (here: string, leftMs: number): Promise<ExternalResult> =>
    readAnswer({ timeoutMs: leftMs, signal, keepBytes }, (aborted) =>
      ask(here, reach, ca, aborted, (found) => (certificate ??= found)),
    );
  const result = await (follow ? followRedirects(url, once, timeoutMs) : once(url, timeoutMs));
  return { ...result, ...(certificate ? { certificate } : {}) };
}

function ask(
  url: string,
  reach: Reach,
  ca: string[] | undefined,
  signal: AbortSignal,
  onCertificate: (certificate: Certificate) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'belay', accept: '*/*', connection: 'close' };
    const lookup = lookupFor(new URL(url).hostname, reach);
    const options = { method: 'GET', headers, signal, agent: false, ...(lookup ? { lookup } : {}) };
    const asked = url.startsWith('https:')
      ? requestHttps(url, { ...options, ca })
      : requestHttp(url, options);
    asked.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        if (socket instanceof TLSSocket) onCertificate(describe(socket));
      }),
    );
    asked.on('error', (error) => reject(translate(error, url)));
    asked.on('response', resolve).end();
  });
}

/** The address that belay was told, instead of what DNS says. */
function lookupFor(name: string, reach: Reach): RequestOptions['lookup'] {
  const address = reach.resolve?.[name];
  if (address === undefined) return undefined;
  const family = isIP(address);
  return (_, { all }, callback) => {
    // Not at once: an error of the connection would come before anybody listens for it, and end the worker.
    setImmediate(() => {
      if (all) callback(null, [{ address, family }]);
      else callback(null, address, family);
    });
  };
}

/** Naming authorities to Node replaces the ones it trusts by itself, so these are named too. */
async function authorities({ caFile }: Reach): Promise<string[] | undefined> {
  if (caFile === undefined) return undefined;
  const more = [caFile, process.env['NODE_EXTRA_CA_CERTS'] ?? ''].filter((file) => file !== '');
  const texts = more.map((file) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      const message = `expected certificate authorities (PEM) in ${file}, which cannot be read: ${(cause as Error).message}`;
      throw new HostError(failureTypes.configuration, message, { cause });
    }),
  );
  return [...rootCertificates, ...(await Promise.all(texts))];
}

function describe(socket: TLSSocket): Certificate {
  const { subject, valid_to, subjectaltname = '' } = socket.getPeerCertificate();
  const names = subjectaltname
    .split(', ')
    .filter((name) => name !== '')
    .slice(0, 20);
  return {
    subject: [subject.CN].flat().join(', '),
    validTo: new Date(valid_to).toISOString(),
    names: names.map((name) => name.replace(/^\w+:/, '')),
  };
}

/** What Node says when the worker, not the site, is cut off. */
const ownNetwork = new Set(['ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN']);

const meanings: Record<string, string> = {
  ENOTFOUND: 'the name does not resolve',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate’s chain is incomplete, or from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate’s chain is incomplete, or from an authority that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};

function translate(error: Error, url: string): Error {
  // Where a name has several addresses, one error stands for all of them.
  const all =
    error instanceof AggregateError
      ? (error.errors as NodeJS.ErrnoException[])
      : [error as NodeJS.ErrnoException];
  const codes = all.map(({ code = '' }) => code);
  if (codes.length > 0 && codes.every((code) => ownNetwork.has(code))) {
    const message = `the worker itself cannot reach the network (${codes.join(', ')} for ${url}), so this is no verdict on the site; it is asked again`;
    return new HostError(failureTypes.hostUnreachable, message, { cause: error });
  }
  const telling = all.find(({ code = '' }) => !ownNetwork.has(code)) ?? error;
  const meaning = meanings[(telling as NodeJS.ErrnoException).code ?? ''];
  return meaning === undefined ? telling : new LastingError(meaning, { cause: error });
}
