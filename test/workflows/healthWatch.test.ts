import { describe, expect, it } from 'vitest';
import type { Activities, HealthLook } from '../../src/domain/runbook/activities.js';
import type { App } from '../../src/domain/app/app.js';
import type { Known } from '../../src/domain/health/drift.js';
import type { Trouble } from '../../src/domain/health/health.js';
import type { HealthWatchInput, WatchState } from '../../src/domain/runbook/messages.js';
import { noticeEvents } from '../../src/domain/app/channels.js';
import { app as plainApp } from './fakes.js';
import { withWorker } from './harness.js';
import { until } from '../until.js';

const app: App = {
  ...plainApp,
  notify: [
    { name: 'ops', on: noticeEvents, to: { kind: 'webhook', url: { plain: 'https://ops.example.test/' } } },
  ],
};
const down: Trouble = { key: 'page /', kind: 'page', text: 'GET / answered 502' };
const known: Known = {
  number: 7,
  active: 'r',
  bind: { kind: 'port', port: 9999, from: 'nginx' },
  files: {},
  restarts: 0,
};
const judged = (...troubles: Trouble[]): HealthLook => ({ seen: { state: 'judged', troubles }, known });

/** A real schedule that looks when it is told to; `look` gives what its nth look sees. */
async function watching(
  look: (nth: number, input: Parameters<Activities['healthLook']>[0]) => HealthLook | Promise<HealthLook>,
  during: (again: (askedAt?: number) => Promise<WatchState>, told: string[]) => Promise<void>,
): Promise<void> {
  const told: string[] = [];
  let nth = 0;
  const overrides: Partial<Activities> = {
    healthLook: async (input) => look(nth++, input),
    notify: ({ notice }) => {
      told.push(`${notice.title} | ${notice.lines.join(' | ')}`);
      return Promise.resolve();
    },
  };
  await withWorker(overrides, async ({ client, queue }) => {
    const input = (askedAt: number): HealthWatchInput => ({
      app,
      reach: { alias: 'web1' },
      startedBy: 'kim',
      askedAt,
    });
    const action = (askedAt: number) => ({
      type: 'startWorkflow' as const,
      workflowType: 'healthWatch',
      workflowId: `belay-health/${queue}`,
      taskQueue: queue,
      args: [input(askedAt)],
    });
    const schedule = await client.schedule.create({
      scheduleId: `belay/${queue}/health`,
      spec: { intervals: [{ every: '300 days' }] },
      policies: { overlap: 'SKIP' },
      action: action(1),
    });
    let runs = 0;
    await during(async (askedAt) => {
      if (askedAt !== undefined) await schedule.update((before) => ({ ...before, action: action(askedAt) }));
      await schedule.trigger('SKIP');
      runs += 1;
      await until(async () => (await schedule.describe()).info.recentActions.length === runs);
      const { info } = await schedule.describe();
      const id = info.recentActions.at(-1)?.action.workflow.workflowId ?? '';
      const state = (await client.workflow.getHandle(id).result()) as WatchState;
      await until(async () => (await schedule.describe()).info.runningActions.length === 0);
      return state;
    }, told);
    await schedule.delete();
  });
}

describe('the health watch', () => {
  it('goes from run to run: one alert, one recovery, and what is known of the host is kept', async () => {
    const seen: (Known | undefined)[] = [];
    const answers = [judged(), judged(down), judged(down), judged(down), judged(), judged()];
    await watching(
      (nth, input) => {
        seen.push(input.known);
        return answers[nth] ?? judged();
      },
      async (again, told) => {
        const verdicts: string[] = [];
        for (let nth = 0; nth < answers.length; nth += 1) verdicts.push((await again()).verdict);
        expect(verdicts).toEqual(['healthy', 'healthy', 'troubled', 'troubled', 'troubled', 'healthy']);
        expect(told).toEqual([
          'words on web1 (production): alert: page | GET / answered 502',
          'words on web1 (production): recovered, all is well | over: GET / answered 502',
        ]);
        expect(seen).toEqual([undefined, known, known, known, known, known]);
      },
    );
  }, 60_000);

  it('that cannot look finds that out of reach; a deployment is judged by nobody', async () => {
    await watching(
      (nth) => {
        if (nth < 2) throw new Error('web1 does not answer');
        return { seen: { state: 'deploying', why: 'x changes the host' } };
      },
      async (again, told) => {
        await again();
        expect((await again()).verdict).toBe('troubled');
        expect(told).toEqual([
          'words on web1 (production): alert: host | look at its health: web1 does not answer',
        ]);
        expect(await again()).toMatchObject({ verdict: 'deploying', why: 'x changes the host' });
      },
    );
  }, 60_000);

  it('takes the app that was said last: by a deployment, or by whoever asked for the watch since', async () => {
    const later = { ...known, app: { ...app, verify: { internal: ['/new'], external: [] } } };
    const seen: unknown[] = [];
    await watching(
      (_, input) => {
        seen.push(input.known?.app?.verify.internal[0]);
        return { seen: { state: 'judged', troubles: [] }, known: later };
      },
      async (again) => {
        await again();
        await again();
        await again(2);
        expect(seen).toEqual([undefined, '/new', undefined]);
      },
    );
  }, 60_000);
});
