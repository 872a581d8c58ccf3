import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { SandboxError } from './error.js';

/** Tool → the Debian package that brings it, and what it is for. */
const needed: Record<string, { package: string; why: string }> = {
  debootstrap: { package: 'debootstrap', why: 'makes the Debian base' },
  'systemd-nspawn': { package: 'systemd-container', why: 'runs the servers' },
  ip: { package: 'iproute2', why: 'gives them addresses' },
  nsenter: { package: 'util-linux', why: 'gives them addresses' },
  ssh: { package: 'openssh-client', why: 'reaches them' },
  openssl: { package: 'openssl', why: 'signs their certificates' },
};

/** Why this machine cannot run sandbox servers at all; undefined where it can, perhaps after installing tools. */
export function sandboxUnavailable(): string | undefined {
  if (process.platform !== 'linux')
    return `sandbox servers need Linux; this machine runs ${process.platform}`;
  if (process.getuid?.() !== 0)
    return 'sandbox servers need root: systemd-nspawn, overlayfs and network links';
  return undefined;
}

/**
 * Installs what is missing, with apt-get.
 * @param say receives what is installed, and why
 * @throws SandboxError where it cannot be installed
 */
export async function ensureTools(say: (text: string) => void): Promise<void> {
  const missing = [];
  for (const [tool, info] of Object.entries(needed))
    if (!(await onPath(tool))) missing.push({ tool, ...info });
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.package);
  say(`installing with apt-get: ${missing.map((tool) => `${tool.package} (${tool.why})`).join(', ')}`);
  try {
    await aptInstall(packages).catch(async () => {
      await execa('apt-get', ['update']);
      await aptInstall(packages);
    });
  } catch (cause) {
    const tools = missing.map((tool) => tool.tool).join(', ');
    const message = `sandbox servers need ${tools}, and apt-get could not install them; install by hand: ${packages.join(' ')}`;
    throw new SandboxError(message, { cause });
  }
}

function aptInstall(packages: string[]) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return execa('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
}

async function onPath(tool: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.filter(Boolean).map((folder) =>
    access(join(folder, tool), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}
