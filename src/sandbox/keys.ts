import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { sandboxState } from './folders.js';
import { makeOnce } from './once.js';
import { serverFolder, serversFolder, type ServerRecord } from './record.js';

/** The OpenSSH client configuration that knows every server of this state folder. */
export function sshConfigFile(): string {
  return join(sandboxState(), 'ssh_config');
}

/**
 * Makes a server's host key, lets this state folder's client key in, and writes the server's part of the client
 * configuration. The host key is read off its own file, so the first connection is checked like any other.
 * @param root the server's file system
 */
export async function layKeys(record: ServerRecord, root: string): Promise<void> {
  const folder = serverFolder(record.name);
  const hostKey = join(root, 'etc/ssh/ssh_host_ed25519_key');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', record.name, '-f', hostKey]);
  const clientKey = await ensureClientKey();
  await mkdir(join(root, 'root/.ssh'), { recursive: true, mode: 0o700 });
  await writeFile(join(root, 'root/.ssh/authorized_keys'), await readFile(`${clientKey}.pub`), {
    mode: 0o600,
  });

  const [type, key] = (await readFile(`${hostKey}.pub`, 'utf8')).split(' ');
  await writeFile(join(folder, 'known_hosts'), `${record.address} ${type} ${key}\n`);
  const options = [
    `HostName ${record.address}`,
    'User root',
    `IdentityFile "${clientKey}"`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile "${join(folder, 'known_hosts')}"`,
    'StrictHostKeyChecking yes',
  ];
  await writeFile(
    join(folder, 'ssh_config'),
    `Host ${record.name}\n${options.map((o) => `  ${o}\n`).join('')}`,
  );
  // One file a server and a pattern here: servers that come and go at the same time do not overwrite each other.
  await writeFile(sshConfigFile(), `Include "${serversFolder()}/*/ssh_config"\n`);
}

async function ensureClientKey(): Promise<string> {
  const folder = join(sandboxState(), 'client');
  await makeOnce(folder, async (draft) => {
    await execa('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'belay sandbox',
      '-f',
      join(draft, 'key'),
    ]);
  });
  return join(folder, 'key');
}
