/** A way in which secrets stand in texts: in what a program prints, in logs, in pages. */
export interface Shape {
  name: string;
  /** What a secret of it is made of; where it is missing, anything but blanks, quotes and brackets. */
  of?: 'word' | 'base64' | 'url' | 'hex' | 'upper' | 'phrase';
  text: (secret: string) => string;
}

const one = (name: string, text: Shape['text'], of?: Shape['of']): Shape => ({
  name,
  text,
  ...(of && { of }),
});

/** Names that people give to secrets. */
export const names = [
  'PASSWORD',
  'DB_PASS',
  'PGPASSWORD',
  'MYSQL_PWD',
  'API_TOKEN',
  'SECRET_KEY',
  'STRIPE_KEY',
  'BASIC_AUTH',
  'AWS_SECRET_ACCESS_KEY',
  'GOOGLE_CREDENTIALS',
  'SENTRY_DSN',
  'JWT',
  'SESSION_COOKIE',
  'REQUEST_SIGNATURE',
  'clientSecret',
  'apiKey',
  'accessToken',
  'dbPassword',
  'private_key',
  'passphrase',
  'CSRF',
  'app.secret',
  'spring.datasource.password',
  'smtp-pass',
  'x-api-key',
  'encryption_key',
  'DATABASE_PW',
  'CREDS',
];

/** Ways to assign; each is tried with each name, and counted once. */
const assignments: Shape[] = [
  one('shell', (s) => `NAME=${s} next`),
  one('shell, quoted', (s) => `NAME="${s} and more" next`, 'phrase'),
  one('shell, single quotes', (s) => `export NAME='${s}'; next`, 'phrase'),
  one('ini', (s) => `NAME = ${s}`),
  one('YAML', (s) => `NAME: ${s}`),
  one('YAML, quoted', (s) => `  NAME: "${s}"`, 'phrase'),
  one('YAML, a block', (s) => `  NAME: |\n    ${s}\n    second ${s}\n  next: 1`, 'phrase'),
  one('YAML, below', (s) => `NAME:\n  ${s}`),
  one('JSON', (s) => `{"user": "ann", "NAME": "${s}", "next": 1}`, 'phrase'),
  one('JSON without blanks', (s) => `{"user":"ann","NAME":"${s}","next":1}`, 'phrase'),
  one('JSON in a string', (s) => `{"line": "{\\"NAME\\": \\"${s}\\"}"}`, 'phrase'),
  one('Python dict', (s) => `{'user': 'ann', 'NAME': b'${s}', 'next': 1}`, 'phrase'),
  one('Ruby hash', (s) => `{:NAME=>"${s}", "NAME" => "${s}"}`, 'phrase'),
  one('PHP define', (s) => `define('NAME', '${s}');`, 'phrase'),
  one('subscript', (s) => `config['NAME'] = '${s}'`, 'phrase'),
  one('option with =', (s) => `run --NAME=${s} --port 80`),
  one('option and word', (s) => `run --NAME ${s} --port 80`),
  one('argv as JSON', (s) => `["run", "--NAME", "${s}"]`, 'phrase'),
  one('query', (s) => `GET /x?a=1&NAME=${s}&b=2 HTTP/1.1`, 'url'),
  one('form, encoded', (s) => `body=NAME%3D${s}`, 'word'),
  one('XML', (s) => `<NAME>${s}</NAME>`, 'phrase'),
  one('XML pair', (s) => `<add key="NAME" value="${s}" />`, 'phrase'),
  one('JSON pair', (s) => `[{"name": "NAME", "value": "${s}"}]`, 'phrase'),
  one('YAML pair', (s) => `- name: NAME\n  value: ${s}`),
  one('coloured', (s) => `\x1b[36mNAME\x1b[39m=\x1b[0m${s}`),
  one('behind a colon and blanks', (s) => `NAME   :   ${s}`),
];

const others: Shape[] = [
  one('Authorization: Bearer', (s) => `Authorization: Bearer ${s}`),
  one('Authorization: Basic', (s) => `> authorization: Basic ${s}`, 'base64'),
  one('Authorization alone', (s) => `Authorization: ${s}`),
  one('Authorization, digest', (s) => `Authorization: Digest username="a", response="${s}"`, 'word'),
  one('header in quotes', (s) => `curl -H "Authorization: Bearer ${s}" -H 'Accept: */*' https://x.test/`),
  one('headers as a dict', (s) => `{'Authorization': 'Bearer ${s}', 'Accept': '*/*'}`),
  one('Cookie', (s) => `Cookie: a=1; sid=${s}; b=2`, 'word'),
  one('Set-Cookie', (s) => `set-cookie: id=${s}; Path=/; HttpOnly`, 'word'),
  one('X-Api-Key', (s) => `X-Api-Key: ${s}`),
  one('Bearer in prose', (s) => `sent Bearer 7x${s} to the service`, 'word'),
  one('URL', (s) => `connecting to postgres://ann:${s}@db.test:5432/x`, 'url'),
  one('URL, @ in the password', (s) => `mysql://ann:a@${s}@db.test/x`, 'url'),
  one('URL, / in the password', (s) => `amqp://ann:b/${s}/c@mq.test/x`, 'url'),
  one('URL, @ and / in the password', (s) => `redis://:x/@${s}@r.test:6379/0`, 'url'),
  one('URL, token alone', (s) => `cloning https://${s}@git.test/a/b.git`, 'word'),
  one('URL in quotes', (s) => `"DATABASE_URL": "mongodb+srv://u:${s}@a.test,b.test/x?w=1"`, 'url'),
  one('URL with ?sig=', (s) => `https://x.blob.test/c/f?sv=2024&sig=${s}&se=1`, 'url'),
  one('URL with X-Amz-Signature', (s) => `https://b.s3.test/k?X-Amz-Signature=${s}`, 'hex'),
  one('URL with access_token', (s) => `https://oapi.test/robot/send?access_token=${s}`, 'url'),
  one('Slack webhook', (s) => `POST https://hooks.slack.com/services/T0/B0/${s}`, 'word'),
  one('Discord webhook', (s) => `POST https://discord.com/api/webhooks/1/${s}`, 'word'),
  one('a hook of others', (s) => `POST https://open.feishu.test/open-apis/bot/v2/hook/${s}`, 'word'),
  one('AWS key id', (s) => `using AKIA${s}`, 'upper'),
  one('GitHub', (s) => `using ghp_${s}`, 'word'),
  one('GitHub, fine-grained', (s) => `using github_pat_${s}`, 'word'),
  one('GitLab', (s) => `using glpat-${s}`, 'word'),
  one('Slack', (s) => `using xoxb-${s}`, 'word'),
  one('Stripe', (s) => `using sk_live_${s}`, 'word'),
  one('OpenAI', (s) => `using sk-${s}`, 'word'),
  one('Google', (s) => `using AIza${s}${s}`, 'word'),
  one('SendGrid', (s) => `using SG.${s}.${s}`, 'word'),
  one('npm', (s) => `using npm_${s}${s}`, 'word'),
  one('PyPI', (s) => `using pypi-${s}`, 'word'),
  one('Vault', (s) => `using hvs.${s}`, 'word'),
  one('DigitalOcean', (s) => `using dop_v1_${s}`, 'hex'),
  one('Telegram', (s) => `POST /bot12345678:${s}${s}/sendMessage`, 'word'),
  one('JWT', (s) => `got eyJhbGciOiJIUzI1NiJ9.${s}.${s}`, 'word'),
  one('password hash', (s) => `user ann $6$salt$${s}`, 'word'),
  one(
    'PEM',
    (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}${s}\n${s}\n-----END RSA PRIVATE KEY-----\nnext`,
    'base64',
  ),
  one(
    'PEM, encrypted',
    (s) => `-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${s}\n-----END EC PRIVATE KEY-----`,
    'base64',
  ),
  one(
    'PEM in a journal',
    (s) =>
      `11:02 app[7]: -----BEGIN PRIVATE KEY-----\n11:02 app[7]: ${s}\n11:02 app[7]: -----END PRIVATE KEY-----`,
    'base64',
  ),
  one(
    'PEM in JSON',
    (s) => `{"k": "-----BEGIN PRIVATE KEY-----\\n${s}\\n-----END PRIVATE KEY-----\\n", "n": 1}`,
    'base64',
  ),
  one('PEM without its beginning', (s) => `${s.repeat(4)}aZ9\n-----END PRIVATE KEY-----`, 'base64'),
  one('mysql -p', (s) => `+ mysql -u root -p${s} words`, 'word'),
  one('mysqldump -p', (s) => `/usr/bin/mysqldump --user=root -p${s} words`),
  one('sshpass -p', (s) => `sshpass -p ${s} ssh web1`),
  one('redis-cli -a', (s) => `redis-cli -h r.test -a ${s} ping`),
  one('curl -u', (s) => `curl -fsS -u ann:${s} https://x.test/`),
  one('curl --user', (s) => `curl --user "ann:${s}" https://x.test/`, 'word'),
  one('.netrc', (s) => `machine x.test login ann password ${s}`),
  one('prose', (s) => `the password 'a1${s}' was refused`, 'word'),
  one('prose, is', (s) => `api token is a1${s}`, 'word'),
  one('exception', (s) => `RuntimeError: cannot log in with password=${s}`),
  one('repr of settings', (s) => `Settings(host='x', password='${s}', port=1)`, 'phrase'),
  one('SecretStr', (s) => `secret_key=SecretStr('${s}')`, 'word'),
];

/** Each assignment with one name after the other. */
export const shapes: Shape[] = [
  ...assignments.map(({ name, text, ...rest }, index) => ({
    name,
    ...rest,
    text: (secret: string) => text(secret).replaceAll('NAME', names[index % names.length] ?? ''),
  })),
  ...others,
];

/** Every assignment with every name. */
export const products: Shape[] = assignments.flatMap(({ name, text, ...rest }) =>
  names.map((each) => ({
    name: `${name}, ${each}`,
    ...rest,
    text: (secret: string) => text(secret).replaceAll('NAME', each),
  })),
);

/** What tells of no secret, and stays as it is. */
export const honest = [
  'reset the password of tokens, see secrets.txt',
  "KeyError: 'DATABASE_URL'",
  '  File "/srv/words/auth/token.py", line 12, in check_password',
  'app/tokens.py:12:5: SyntaxError: invalid syntax',
  "SyntaxError: Unexpected token '}'",
  "SyntaxError: Unexpected token 'export'",
  'ImportError: cannot import name secret_thing from app.auth (/srv/app/auth.py)',
  'jwt.exceptions.InvalidTokenError: Not enough segments',
  'OpenSSL::PKey::RSAError: neither PUB key nor PRIV key',
  'duplicate key value violates unique constraint users_email_key',
  'Authentication failed: no such user',
  'listening on http://127.0.0.1:8000/, 4 workers',
  'GET https://example.test/@ann/posts?page=2 200',
  'author: Ann, keyboard: us',
  '{"status":"ok","port":8000,"token":null}',
  'csrf token: missing',
  'PWD=/srv/words',
  'TOKEN_FILE=/run/secrets/token',
  'worker 7 of 4 booted with pid 812',
  'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'Keycloak is up',
  'mysql -u root -h db.test words',
  'curl -u ann https://x.test/',
];
