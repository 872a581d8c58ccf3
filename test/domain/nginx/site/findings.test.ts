import { expect, it } from 'vitest';
import { siteFindings } from '../../../../src/domain/nginx/site/findings.js';
import type { Baseline } from '../../../../src/domain/app/baseline.js';
import { makeApp } from '../../make-app.js';

const now = Date.parse('2026-11-24T10:00:00Z') / 1000;
const url = 'https://words.example.test/';
const app = makeApp({ verify: { internal: ['/'], external: [url] } });
const gate = { name: 'words.example.test', address: '127.0.0.1', port: 443, tls: true };
const found = (page: Partial<Baseline>, ...more: Baseline[]) =>
  siteFindings([{ url, status: 200, ...page }, { url: '/', status: 200 }, ...more], app, now, 'web1');
const told = (...page: Parameters<typeof found>) =>
  found(...page).map(({ id, severity, message }) => `${id} ${severity}: ${message}`);

it('has nothing to say of a site in order', () => {
  expect(told({ certificateUntil: '2027-01-24T10:00:00Z' }, { url, gate, status: 200 })).toEqual([]);
});

it('tells of a certificate that ends soon', () => {
  expect(told({ certificateUntil: '2026-12-01T10:00:00Z' })).toEqual([
    'site.certificate warn: The certificate of words.example.test ends within 14 days.',
  ]);
});

it('refuses one that is not valid, once a site, and says the way out', () => {
  const page = { url, status: null, error: 'the certificate has expired' };
  const [finding, ...others] = siteFindings([page, { ...page, url: `${url}tools` }], app, now, 'web1');
  expect(finding).toMatchObject({ id: 'site.untrusted', severity: 'block' });
  expect(finding?.remedy).toContain('BELAY_CA_FILE');
  expect(others).toEqual([]);
});

it('refuses a name that leads nowhere, and warns of one that leads elsewhere', () => {
  const [finding] = found({ status: null, error: 'the name does not resolve' });
  expect(finding).toMatchObject({ id: 'site.unresolved', severity: 'block' });
  expect(finding?.remedy).toContain('BELAY_RESOLVE');
  expect(told({ elsewhere: ['203.0.113.9'] })[0]).toContain('does not lead to this host');
});

it('refuses a page that fails for a cause that is not the app', () => {
  const ids = (...page: Parameters<typeof found>) =>
    found(...page).map(({ id, severity }) => `${severity} ${id}`);
  // nginx lets nobody in, whatever the app says.
  expect(ids({ status: 403 }, { url, gate, status: 403 })).toEqual(['block site.fails']);
  // On the host all is well; what is between is not.
  expect(ids({ status: 503 }, { url, gate, status: 200 })).toEqual(['block site.fails']);
  // The app's own fault may be what this release mends.
  expect(ids({ status: 502 }, { url, gate, status: 502 })).toEqual([]);
  expect(ids({ status: 404 }, { url, gate, status: 404 })).toEqual([]);
});
