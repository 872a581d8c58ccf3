import type { DeploymentView } from '../../../history/view.js';
import type { Io } from '../../terminal/io.js';
import { changesBetween, type Change } from '../../../history/changes.js';
import { outcomeJson, stepJson } from '../outcome.js';
import type { Renderer } from '../renderer.js';
import type { Event } from '../schema.js';

/** For programs, on stdout: one event a line, the outcome last. */
export function jsonlRenderer(io: Io, link: (view: DeploymentView) => string | null): Renderer {
  let last: DeploymentView | null = null;
  let waited: string | null = null;
  const print = (value: Event) => io.stdout(`${JSON.stringify(value)}\n`);
  return {
    show({ view, waiting }) {
      for (const change of changesBetween(last, view)) print(eventOf(change, view, link));
      last = view;
      if (waiting !== null && waited === null) print({ event: 'waiting', at: iso(Date.now()), why: waiting });
      waited = waiting;
    },
    pause: () => undefined,
    end() {
      if (last === null) return;
      print({ event: 'outcome', at: iso(last.endedAt ?? Date.now()), ...outcomeJson(last, link(last)) });
    },
  };
}

function eventOf(change: Change, view: DeploymentView, link: (view: DeploymentView) => string | null): Event {
  const at = iso(change.at);
  switch (change.kind) {
    case 'start':
      return { event: 'start', at, deployment: outcomeJson(view, null).deployment, ui: link(view) };
    case 'step-begin':
    case 'step-end':
      return { event: change.kind, at, step: stepJson(change.step) };
    case 'step-retry':
      return {
        event: 'step-retry',
        at,
        step: stepJson(change.step),
        why: change.step.lastFailure?.message ?? null,
      };
    case 'plan':
      return { event: 'plan', at, plan: change.plan };
    case 'message': {
      const { kind, by, proven, plan, reason, counted, note } = change.message;
      return { event: 'message', at, kind, by, proven, plan, reason, counted, note };
    }
    case 'held':
      return { event: 'waiting', at, why: `no worker can go on with it: ${change.why}` };
    case 'state':
      return { event: 'state', at, state: change.state };
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
