import type { SandboxServer } from './index.js';

/** The settings under which belay reaches a sandbox server, which neither DNS nor ~/.ssh/config know. */
export function environmentOf(
  server: Pick<SandboxServer, 'sshConfig' | 'resolve' | 'caFile'>,
): Record<string, string> {
  const sites = Object.entries(server.resolve);
  return {
    BELAY_SSH_CONFIG: server.sshConfig,
    ...(sites.length > 0 && {
      BELAY_RESOLVE: sites.map(([site, address]) => `${site}=${address}`).join(','),
      BELAY_CA_FILE: server.caFile,
    }),
  };
}
