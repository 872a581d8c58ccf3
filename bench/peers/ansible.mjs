import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timed } from '../support.mjs';
import { layKeeper } from './app.mjs';

/** A playbook that has git check the release out on the server, with pipelining. */
export async function ansible({ server, sshConfig, folder, port, push }) {
  await layKeeper(server, 'ansible', port);
  const own = join(folder, 'ansible');
  mkdirSync(own);
  writeFileSync(
    join(own, 'ansible.cfg'),
    `[defaults]
inventory = hosts
interpreter_python = /usr/bin/python3
[ssh_connection]
pipelining = True
ssh_args = -F ${sshConfig}
`,
  );
  writeFileSync(join(own, 'hosts'), 'bench\n');
  const restarted = `
    - ansible.builtin.systemd: { name: peer-ansible, state: restarted }
    - ansible.builtin.uri: { url: "http://127.0.0.1:${port}/" }
      register: answer
      until: answer.status == 200
      retries: 100
      delay: 0.1
`;
  writeFileSync(
    join(own, 'deploy.yml'),
    `- hosts: bench
  gather_facts: false
  tasks:
    - ansible.builtin.git: { repo: /srv/repo.git, dest: "/srv/ansible/releases/{{ release }}", version: main, depth: 1 }
    - ansible.builtin.file: { src: "/srv/ansible/releases/{{ release }}", dest: /srv/ansible/current, state: link }${restarted}`,
  );
  writeFileSync(
    join(own, 'rollback.yml'),
    `- hosts: bench
  gather_facts: false
  tasks:
    - ansible.builtin.file: { src: "/srv/ansible/releases/{{ release }}", dest: /srv/ansible/current, state: link }${restarted}`,
  );
  const play = (book, release) =>
    timed('ansible-playbook', [book, '-e', `release=r${release}`], { cwd: own, env: process.env });
  let count = 0;
  const { stdout } = await timed('ansible', ['--version']);
  return {
    name: 'ansible',
    version: /core ([\d.]+)/.exec(stdout)?.[1],
    async deploy() {
      const pushed = await push();
      return { seconds: pushed.seconds + (await play('deploy.yml', (count += 1))).seconds };
    },
    rollback: () => play('rollback.yml', count - 1),
  };
}
