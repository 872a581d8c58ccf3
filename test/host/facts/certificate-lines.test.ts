import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { loadFile } from '../../../src/host/scripts.js';

test('the certificates that a configuration names are found wherever in a line they stand', async () => {
  const config = [
    '# configuration file /etc/nginx/nginx.conf:',
    'server { listen 443 ssl; ssl_certificate tls/a.pem; ssl_certificate_key k.pem; } server { ssl_certificate "/b.pem"; }',
    '\tssl_certificate\t/c.pem ;',
    '  # ssl_certificate /no.pem;',
    'ssl_certificate $name;',
  ].join('\n');
  const script = `${await loadFile('lib/facts-nginx-said.sh')}\nprintf '%s\\n' "$1" | awk "$config_lines" | grep ^C`;
  const told = execFileSync('sh', ['-c', script, 'sh', config], { encoding: 'utf8' });
  expect(told).toBe('C tls/a.pem\nC /b.pem\nC /c.pem\n');
});
