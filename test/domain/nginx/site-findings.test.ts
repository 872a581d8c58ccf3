import { expect, it } from 'vitest';
import { siteFindings } from '../../../src/domain/nginx/site-findings.js';
import type { Baseline } from '../../../src/domain/app/baseline.js';

const now = Date.parse('2026-11-24T10:00:00Z') / 1000;
const url = 'https://words.example.test/';
const found = (page: Partial<Baseline>) =>
  siteFindings(
    [
      { url, status: 200, ...page },
      { url: '/', status: 200 },
    ],
    now,
    'web1',
  ).map(({ id, severity, message }) => `${id} ${severity}: ${message}`);

it('has nothing to say of a site in order', () => {
  expect(found({ certificateUntil: '2027-01-24T10:00:00Z' })).toEqual([]);
});

it('tells of a certificate that ends soon', () => {
  expect(found({ certificateUntil: '2026-12-01T10:00:00Z' })).toEqual([
    'site.certificate warn: The certificate of words.example.test ends within 14 days.',
  ]);
});

it('tells of one that is not valid, once a site', () => {
  const page = { url, status: null, error: 'the certificate has expired' };
  expect(siteFindings([page, { ...page, url: `${url}tools` }], now, 'web1')).toHaveLength(1);
});

it('tells of a name that leads nowhere or elsewhere', () => {
  expect(found({ status: null, error: 'the name does not resolve' })[0]).toContain('does not resolve');
  expect(found({ elsewhere: ['203.0.113.9'] })[0]).toContain('does not lead to this host');
});
