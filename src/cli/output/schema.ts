import { z } from 'zod';
import { exitCodes, type OutcomeKind } from '../../domain/runbook/outcome.js';
import type { Plan } from '../../domain/plan/plan.js';

// What `--json` and `--output jsonl` print. Published as JSON Schema in schema/, and checked by the tests.

const outcomes = Object.keys(exitCodes) as [OutcomeKind, ...OutcomeKind[]];
const states = ['running', 'awaiting-approval', 'rolling-back', 'awaiting-operator', 'closed'] as const;

const finding = z
  .strictObject({
    id: z.string().describe('stable, in a family: nginx.no-https'),
    severity: z.enum(['block', 'warn', 'info']),
    host: z.string(),
    message: z.string(),
    evidence: z.string().describe('what was seen, quoted from the server'),
    remedy: z.string().describe('what to do next'),
  })
  .describe('The result of one check.');

const step = z.strictObject({
  name: z.string(),
  status: z.enum(['waiting', 'running', 'retrying', 'done', 'failed', 'cancelled']),
  attempts: z.int().min(0),
  durationSeconds: z.number().min(0),
  undone: z.boolean(),
  evidence: z.array(z.string()).optional().describe('what it proved, where it proves something'),
});

export const outcome = z
  .strictObject({
    outcome: z
      .enum(outcomes)
      .nullable()
      .describe('null while it goes on, and where Temporal ended it by itself'),
    state: z.enum(states),
    deployment: z.string().describe('<workflow id>@<run id>'),
    app: z.string(),
    environment: z.string(),
    host: z.string(),
    release: z.string().nullable(),
    previous: z.string().nullable().describe('what a rollback goes back to'),
    port: z.int().nullable(),
    startedBy: z.string(),
    startedAt: z.iso.datetime(),
    durationSeconds: z.number().min(0),
    downtimeSeconds: z.number().min(0),
    outages: z
      .array(
        z.strictObject({
          from: z.string(),
          to: z.string(),
          pages: z
            .array(z.strictObject({ page: z.string(), from: z.string(), to: z.string() }))
            .describe('which pages failed, and when each; none where that is not known'),
        }),
      )
      .nullable()
      .describe(
        'when visitors were not served, or not one of the pages, as the host asked nginx; null where downtimeSeconds is reckoned from the steps',
      ),
    plan: z.string().nullable().describe('digest of the latest plan, for approve --plan'),
    cause: z.string().nullable().describe('why it did not succeed'),
    findings: z.array(finding),
    steps: z.array(step).describe('in the order in which they were taken'),
    remains: z.array(z.string()).describe('what is left to do by hand'),
    untold: z.array(z.string()).describe('channels of notify that were not told of something, and why'),
    ui: z.string().nullable().describe("the Web UI's page of this deployment"),
  })
  .describe('A deployment and its outcome.');

const bind = z.union([
  z.strictObject({ kind: z.literal('port'), port: z.int(), from: z.string() }),
  z.strictObject({
    kind: z.literal('socket'),
    path: z.string(),
    from: z.string(),
    runtime: z.string().optional().describe('name of the folder in /run that the unit makes'),
  }),
]);
const files = z.array(z.strictObject({ path: z.string(), size: z.number() })).describe('at most 200');

/** Open for further keys: a plan is written by the worker, which may be newer. */
const plan = z
  .looseObject({
    digest: z.string(),
    host: z.string(),
    release: z.string(),
    artifact: z.string(),
    unchanged: z.boolean(),
    bind: bind.nullable(),
    user: z.string(),
    pm2: z
      .looseObject({ user: z.string(), home: z.string(), command: z.string(), runs: z.boolean() })
      .optional()
      .describe('the daemon that keeps the release'),
    unarmed: z
      .literal(true)
      .optional()
      .describe('the host cannot have the dead man’s switch that belay.yml asks for'),
    strategy: z
      .looseObject({ takes: z.enum(['restart', 'detour']), why: z.string() })
      .optional()
      .describe('how visitors come to the new release, and why so'),
    previous: z.looseObject({ kind: z.enum(['release', 'adopt', 'none']), release: z.string().optional() }),
    commits: z
      .array(z.string())
      .optional()
      .describe('of the source since the active release, the newest first: commit and first line'),
    stops: z.array(
      z.looseObject({
        role: z.enum(['app', 'conflict']),
        label: z.string(),
        why: z.string(),
        active: z.boolean(),
      }),
    ),
    files: z.looseObject({
      added: files,
      changed: files,
      removed: files,
      addedCount: z.int(),
      changedCount: z.int(),
      removedCount: z.int(),
      total: z.int(),
      totalBytes: z.number(),
      upload: z.strictObject({ files: z.int(), bytes: z.number() }),
    }),
    hostOnly: z.array(z.looseObject({ path: z.string(), size: z.number(), fate: z.string() })),
    baseline: z.array(z.looseObject({ url: z.string(), status: z.int().nullable() })),
    actions: z.array(z.string()),
    findings: z.array(finding),
  })
  .describe('What a deployment would find and do.');

export const planOutput = outcome
  .extend({ plan: plan.nullable().describe('null where planning failed') })
  .describe('The outcome of a planning, with its plan.');

export const list = z
  .array(
    z.strictObject({
      deployment: z.string(),
      type: z.string(),
      app: z.string(),
      environment: z.string(),
      host: z.string(),
      release: z.string().nullable(),
      outcome: z.enum(outcomes).nullable(),
      status: z.string().describe("Temporal's: running, completed, failed, terminated …"),
      startedAt: z.iso.datetime(),
      durationSeconds: z.number().min(0),
      ui: z.string().nullable(),
    }),
  )
  .describe('Deployments, the newest first.');

export const monitor = z
  .strictObject({
    app: z.string(),
    environment: z.string(),
    host: z.string(),
    watched: z.boolean(),
    everySeconds: z.number().nullable(),
    verdict: z
      .enum(['healthy', 'troubled', 'deploying', 'blind'])
      .nullable()
      .describe('blind: the worker has no network. null: no look yet'),
    why: z.string().nullable().describe('why nothing is judged, where that is so'),
    since: z.iso.datetime().nullable(),
    lookedAt: z.iso.datetime().nullable(),
    nextAt: z.iso.datetime().nullable(),
    troubles: z.array(z.strictObject({ kind: z.string(), text: z.string(), since: z.iso.datetime() })),
    untold: z
      .array(z.string())
      .describe('channels of notify that were not told after the last look, and why'),
  })
  .describe('The health watch of an app.');

const at = z.iso.datetime();
const message = z.strictObject({
  kind: z.enum(['approve', 'abort', 'cancel', 'retry-rollback', 'give-up']),
  by: z.string().describe('who it says it is from'),
  proven: z.boolean().describe('whether the codec’s key proves that; without it anybody can say so'),
  plan: z.string().nullable(),
  reason: z.string().nullable(),
  counted: z.boolean(),
  note: z.string().nullable(),
});

export const event = z
  .discriminatedUnion('event', [
    z.strictObject({ event: z.literal('start'), at, deployment: z.string(), ui: z.string().nullable() }),
    z.strictObject({ event: z.enum(['step-begin', 'step-end']), at, step }),
    z.strictObject({ event: z.literal('step-retry'), at, step, why: z.string().nullable() }),
    z.strictObject({ event: z.literal('plan'), at, plan }),
    message.extend({ event: z.literal('message'), at }),
    z.strictObject({ event: z.literal('state'), at, state: z.enum(states) }),
    z.strictObject({ event: z.literal('waiting'), at, why: z.string() }),
    outcome.extend({ event: z.literal('outcome'), at }),
  ])
  .describe('One line of --output jsonl; the last is the outcome, as far as it is known then.');

export const report = planOutput
  .extend({
    endedAt: at.nullable(),
    messages: z.array(message.extend({ at })).describe('what people told it while it ran'),
    timeline: z.array(z.strictObject({ at, text: z.string() })),
  })
  .describe('The record of a deployment.');

export type Outcome = z.infer<typeof outcome>;
export type PlanOutput = Omit<Outcome, 'plan'> & { plan: Plan | null };
/** As written here; in the schema the plan is open for further keys. */
export type Event =
  Exclude<z.infer<typeof event>, { event: 'plan' }> | { event: 'plan'; at: string; plan: Plan };
export type ReportOutput = Omit<z.infer<typeof report>, 'plan'> & { plan: Plan | null };
export type Monitor = z.infer<typeof monitor>;
export type ListItem = z.infer<typeof list>[number];

/** The published JSON Schemas, by file name in schema/. */
export function jsonSchemas(): Record<string, unknown> {
  const published = { finding, outcome, plan: planOutput, list, report, event, monitor };
  return Object.fromEntries(
    Object.entries(published).map(([name, schema]) => [`${name}.schema.json`, z.toJSONSchema(schema)]),
  );
}
