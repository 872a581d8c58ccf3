import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { combined, readingOf } from '../../../../src/domain/nginx/gates/log-format.js';

const line =
  '203.0.113.7 - - [24/Nov/2026:10:15:00 +0000] "GET /a?b="c" HTTP/1.1" 404 157 "-" "curl" rt=0.250 urt="0.120, 0.100"';

/** What stands in the line behind the expression, as the host's own awk finds it. */
function behind(text: string, expression: string | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const program = '{ if (match($0, ENVIRON["EXPRESSION"])) print "found " substr($0, RSTART + RLENGTH) }';
  const env = { ...process.env, EXPRESSION: expression };
  const { stdout } = spawnSync('awk', [program], { input: `${text}\n`, env, encoding: 'utf8' });
  return /^found (.*)\n$/.exec(stdout)?.[1];
}

it('finds status and seconds in a line of any format', () => {
  const reading = readingOf(`${combined} rt=$request_time urt="\${upstream_response_time}"`);
  const plain = line.replace('"c"', 'c');
  expect(behind(plain, reading.status)).toMatch(/^404 157/);
  // Of both the app's own.
  expect(behind(plain, reading.seconds)).toMatch(/^0\.120/);
  // No line of nginx's: it writes a quote as \x22.
  expect(behind(line, reading.seconds)).toBeUndefined();
});

it('finds them in JSON and between tabs, and what stands for itself is no expression', () => {
  const json = readingOf('{"t":"$time_iso8601","s":$status,"d":"$request_time"}');
  const written = '{"t":"2026-11-24T10:15:00+00:00","s":502,"d":"1.002"}';
  expect(behind(written, json.status)).toMatch(/^502/);
  expect(behind(written, json.seconds)).toMatch(/^1\.002/);
  const odd = readingOf('^a.b [$host]\t(x+)\\ $status\t$request_time');
  expect(behind('^a.b [h]\t(x+)\\ 200\t0.010', odd.seconds)).toBe('0.010');
});

it('says nothing where nothing tells where a variable ends', () => {
  expect(readingOf('$remote_addr$status $request_time')).toEqual({});
  expect(readingOf('$status')).toEqual({ status: '^' });
  expect(readingOf(combined).seconds).toBeUndefined();
});
