import { expect, it } from 'vitest';
import { junit } from '../../../../src/cli/output/pipeline/junit.js';
import { rolledBack } from '../../../history/rolled-back.js';

it('writes a failed step with its reason, and what it quotes as text', () => {
  const xml = junit(rolledBack().view());
  expect(xml).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites tests="(\d+)" failures="1" errors="0"/,
  );
  expect(xml).toContain('<failure message="it answered 500">it answered 500</failure>');
  expect(xml).toContain('<system-out>a | b &lt;script&gt;\nline 1');
  expect(xml.match(/<testcase /g)).toHaveLength(Number(/tests="(\d+)"/.exec(xml)?.[1]));
});
