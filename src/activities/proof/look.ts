import { createHash } from 'node:crypto';
import type { Look } from '../../domain/runbook/activities.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';

/** So much of a body is looked at. */
export const lookedAtBytes = 64 * 1024;

/** What an answer looks like, without what changes from one to the next: numbers, tokens, and the word that was asked for. */
export function lookOf({ status, body = '', location = '' }: ProbeResult, asked: string): Look {
  const plain = `${location}\n${body}`
    .replaceAll(asked, '')
    .replace(/[\w+/=-]{16,}/g, '')
    .replace(/\d+/g, '');
  return { status, body: createHash('sha256').update(plain).digest('hex').slice(0, 16) };
}

export function isSameLook(one: Look, other: Look): boolean {
  return one.status === other.status && one.body === other.body;
}
