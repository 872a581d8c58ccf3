import { expect, it } from 'vitest';
import { cronFacts } from '../../../src/host/facts/keepers/cron.js';
import { unitFacts } from '../../../src/host/facts/keepers/units.js';

const aboutWords = (text: string) => text.includes('/srv/words') || text.includes('9999');

it('reads scripts of the boot and of cron line by line, a command over several lines as one', () => {
  const body = [
    '#!/bin/sh',
    '# cd /srv/words',
    'touch /run/began',
    'cd /srv/words',
    'if true; then',
    '\tgunicorn -w 1 \\',
    '\t\t-b 127.0.0.1:9999 app:app &',
    'fi',
    '',
  ].join('\n');
  const lines = cronFacts([{ name: 'script', rest: '/etc/rc.local', body }], aboutWords);
  expect(lines.map(({ line, folder, script }) => [line, folder, script])).toEqual([
    [4, '/srv/words', true],
    [5, '/srv/words', true],
    [6, '/srv/words', true],
    [7, '/srv/words', true],
    [8, '/srv/words', true],
  ]);
  const [, , first, second] = lines;
  expect(first?.command).toBe(second?.command);
  expect(first?.command).toContain('-b 127.0.0.1:9999 app:app');
  // What the plan holds is the whole command: the line itself is found by its digest.
  expect(first?.digest).toMatch(/^[0-9a-f]{8}$/);
  expect(second?.digest).not.toBe(first?.digest);
});

it('tells of a unit that systemd made of a script what the script starts, and whether the boot does', () => {
  const show = [
    'Id=words.service',
    'ActiveState=inactive',
    'UnitFileState=generated',
    'ExecStart={ path=/etc/init.d/words ; argv[]=/etc/init.d/words start ; ignore_errors=no ; }',
  ].join('\n');
  const script =
    'enabled=yes\nline=start) cd /srv/words && start-stop-daemon --start --exec /usr/bin/gunicorn -- app:app ;;';
  const [unit] = unitFacts(
    [
      { name: 'units', rest: '', body: show },
      { name: 'init-script', rest: 'words', body: script },
    ],
    [],
  );
  expect(unit).toMatchObject({ unit: 'words.service', enabled: 'enabled' });
  expect(unit?.execStart).toContain('/srv/words');
});

it('reads what a script says that a line of cron runs, where that is about the app', () => {
  const script = '#!/bin/sh\nexport TOKEN=abc\ncd /srv/words\nexec gunicorn -b 127.0.0.1:9999 app:app\n';
  const found = cronFacts(
    [
      {
        name: 'cron',
        rest: 'crontab:root',
        body: '@reboot /opt/start.sh\n@daily /opt/start.sh.old\n0 1 * * * date\n',
      },
      { name: 'cron-script', rest: '/opt/start.sh', body: script },
    ],
    aboutWords,
  );
  expect(found.map(({ command, runs }) => [command, runs?.map((run) => run.command)])).toEqual([
    ['/opt/start.sh', ['cd /srv/words', 'exec gunicorn -b 127.0.0.1:9999 app:app']],
    ['/opt/start.sh.old', undefined],
    ['date', undefined],
  ]);
  expect(found[0]?.runs?.[1]?.folder).toBe('/srv/words');
});

it('reads what a script’s or a crontab’s variables say where something starts, and keeps their other values to itself', () => {
  const crontab = 'APP=/srv/words\nTOKEN=abc123\n*/5 * * * * cd $APP && ./serve.sh $TOKEN';
  const [line] = cronFacts([{ name: 'cron', rest: 'crontab:words', body: crontab }], aboutWords);
  expect(line?.command).toMatch(/^cd \/srv\/words && \.\/serve\.sh /);
  expect(JSON.stringify(line)).not.toContain('abc123');
  expect(line?.text).toContain('cd $APP');
  const keep =
    '#!/bin/sh\nROOT="/srv/words"\nSERVICE=words\ncd "${ROOT}" && gunicorn app:app\nservice $SERVICE restart';
  const [job] = cronFacts(
    [
      { name: 'cron', rest: 'crontab:words', body: '*/5 * * * * /opt/keep' },
      { name: 'cron-script', rest: '/opt/keep', body: keep },
    ],
    aboutWords,
  );
  expect(job?.runs).toEqual([
    { command: 'ROOT="/srv/words"' },
    { command: 'cd "/srv/words" && gunicorn app:app', folder: '/srv/words' },
    { command: 'service words restart', folder: '/srv/words' },
  ]);
  expect(
    cronFacts(
      [{ name: 'cron', rest: '/etc/anacrontab', body: '1 5 words.daily cd /srv/words && ./start.sh' }],
      aboutWords,
    ),
  ).toMatchObject([{ line: 1, command: 'cd /srv/words && ./start.sh' }]);
});
