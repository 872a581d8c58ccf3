import { speechOf } from '../output/speech.js';
import { planMarkdown } from '../../domain/plan/markdown.js';
import { planWorkflowId, type PlanOrder } from '../../domain/runbook/messages.js';
import { chooseApp, type AppOptions } from '../input/app.js';
import { attend } from '../temporal/attend.js';
import { deployInput, details } from './deploy.js';
import { tellPipeline } from '../temporal/conclude.js';
import { printJson, type Io } from '../terminal/io.js';
import { exitCodeOf, planJson } from '../output/outcome.js';
import { planText } from '../output/plan.js';
import { summary } from '../output/summary.js';
import { packSource, type SourceOptions } from '../input/pack.js';
import { startRun } from '../temporal/start.js';
import { linkTo, withTemporal } from '../temporal/connection.js';
import { UserError } from '../terminal/user-error.js';

export interface PlanOptions extends AppOptions, SourceOptions {
  json?: boolean;
  markdown?: boolean;
  rehearse?: boolean;
  junit?: string;
}

/** `belay plan`: what `deploy` would find and do, with `--rehearse` also what the staged release does when it is booted. Exit code 1 where a finding would refuse it. */
export async function plan(options: PlanOptions, io: Io): Promise<number> {
  const chosen = await chooseApp(options, io);
  if (options.rehearse && !chosen.app.rehearse) {
    throw new UserError(
      'belay.yml says `rehearse: false`: this app must not run twice. Leave --rehearse out, or take that line out.',
    );
  }
  const manifest = await packSource(chosen, options, io);
  return withTemporal(io, 'run', async (client) => {
    const input: PlanOrder = { ...deployInput(chosen, manifest), rehearse: options.rehearse };
    const run = await startRun(client, {
      type: 'plan',
      workflowId: planWorkflowId(input.app, input.reach.alias),
      input,
      release: input.release,
      details: details(input, manifest),
    });
    const view = await attend(client, run, io, { plan: false, approval: 'wait' });
    const ui = linkTo(run);
    if (options.json) printJson(io, planJson(view, ui));
    else if (options.markdown && view.plan !== null) io.stdout(planMarkdown(view.plan));
    else {
      const colors = io.colors.stdout;
      const speech = speechOf(io);
      const lines = view.plan === null ? [] : planText(view.plan, view.app, colors, speech);
      io.stdout([...lines, ...summary(view, ui, colors, undefined, speech), ''].join('\n'));
    }
    await tellPipeline(view, { ...options, source: chosen.source }, io);
    return exitCodeOf(view);
  });
}
