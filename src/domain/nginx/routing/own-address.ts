import type { Facts, Listener, NginxBackend } from '../../facts/facts.js';
import type { Bind } from '../../app/address.js';

/** What is asked of a host to tell its own addresses from others'. */
export type Own = Pick<Facts, 'listeners'> & { system: Pick<Facts['system'], 'addresses'> };

/** Whether what nginx hands to a backend stays on this host. */
export function isOwn(backend: NginxBackend, { system }: Own): boolean {
  if (backend.kind === 'unix') return true;
  if (backend.kind !== 'tcp') return false;
  const address = plainAddress(backend.address);
  return isLoopback(address) || (system.addresses ?? []).map(plainAddress).includes(address);
}

/** Whether it goes to this host under one of its loopback addresses. */
export function isLoopback(address: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|::1|0\.0\.0\.0|::)$/.test(plainAddress(address));
}

/** Whether nginx's requests to a backend arrive at a listener. */
export function reaches(backend: NginxBackend, listener: Listener, own: Own): boolean {
  if (backend.kind === 'unix') return listener.path === backend.path;
  if (backend.kind !== 'tcp' || listener.protocol !== 'tcp' || listener.port !== backend.port) return false;
  if (!isOwn(backend, own)) return false;
  const wanted = meantBy(backend.address);
  const here = plainAddress(listener.address);
  if (here === '*') return true;
  // A socket of IPv6 for every address takes IPv4's too, unless it was told not to.
  if (here === '::') return true;
  if (here === '0.0.0.0') return wanted.some((one) => !one.includes(':'));
  return wanted.includes(here);
}

/**
 * Whether nginx leads to the app's address: the one rule for whoever asks. What arrives at one listener is one app, whatever
 * the address is called; where nobody listens, the loopback's two usual addresses are one.
 */
export function leadsTo(backend: NginxBackend, bind: Bind, own: Own): boolean {
  if (bind.kind === 'socket') return backend.kind === 'unix' && backend.path === bind.path;
  if (backend.kind !== 'tcp' || backend.port !== bind.port || !isOwn(backend, own)) return false;
  const ours: NginxBackend = { kind: 'tcp', address: bind.address ?? '127.0.0.1', port: bind.port };
  const there = own.listeners.filter((listener) => reaches(backend, listener, own));
  const here = own.listeners.filter((listener) => reaches(ours, listener, own));
  if (there.length > 0 && here.length > 0)
    return there.some((one) => here.some((other) => one === other || isSharedBy(one, other)));
  const common = ['127.0.0.1', '::1'];
  const named = meantBy(backend.address);
  return (
    named.some((one) => meantBy(ours.address).includes(one) || common.includes(one)) &&
    (common.includes(ours.address) || named.includes(ours.address))
  );
}

function isSharedBy(one: Listener, other: Listener): boolean {
  return one.pids.some((pid) => other.pids.includes(pid));
}

/** The addresses that are tried. */
function meantBy(address: string): string[] {
  const plain = plainAddress(address);
  if (plain === 'localhost') return ['127.0.0.1', '::1'];
  if (plain === '0.0.0.0') return ['127.0.0.1'];
  return [plain === '::' ? '::1' : plain];
}

function plainAddress(address: string): string {
  return address
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
}
