import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { steps, stepsWhere } from '../../src/domain/runbook/steps.js';
import { sayZh } from '../../src/history/catalogue/phrases/zh.js';

it('says in Chinese what each step tells a person to do where it failed', () => {
  const folder = 'src/activities/steps';
  const texts = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
  const remedies = [
    ...texts.flatMap((text) => [...text.matchAll(/remedy:\s*'([^']+)'/g)].map(([, said = '']) => said)),
    ...stepsWhere(() => true).flatMap((name) => steps[name].remedy ?? []),
  ];
  expect(remedies.length).toBeGreaterThan(8);
  expect(remedies.filter((remedy) => sayZh(remedy) === remedy)).toEqual([]);
});

it('says in Chinese who holds an address where a start failed; what a server said stays', () => {
  const holder = 'pid 7: node zz.js (child of node, in zz.service)';
  expect(sayZh(`port 9999 is held by ${holder}; it has to be stopped, and whatever starts it again`)).toBe(
    `port 9999 被 ${holder} 占用；需要停掉它，以及会再次启动它的东西`,
  );
});
