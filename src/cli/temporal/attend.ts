import type { Client } from '@temporalio/client';
import { signalNames } from '../../domain/runbook/messages.js';
import type { DeploymentView } from '../../history/view.js';
import { follow, type Followed } from './follow.js';
import { readDeployment } from './history.js';
import type { Io } from '../terminal/io.js';
import { jsonlRenderer } from '../output/pipeline/jsonl.js';
import { speechOf } from '../output/speech.js';
import { linesRenderer } from '../output/lines.js';
import type { Renderer } from '../output/renderer.js';
import { shortId } from '../output/say.js';
import { terminalRenderer } from '../output/terminal.js';
import { shortDigest } from '../../history/text.js';
import { sendSignal } from './signal.js';
import { linkTo, type RunRef } from './connection.js';
import { UserError } from '../terminal/user-error.js';

export interface AttendOptions {
  /** `jsonl`: events on stdout instead of lines for people on stderr. */
  output?: 'jsonl';
  /** Whether the plan is shown as it comes; `belay plan` prints it at the end. */
  plan: boolean;
  /** A plan that waits: `ask` where somebody can be asked, else leave; `yes`: approve it; `wait` for whoever approves. */
  approval: 'ask' | 'yes' | 'wait';
}

/**
 * What `--detach` says: only the first look at a run, or all of it, with its plan.
 * @returns the last look at it
 */
export async function attendUnlessDetached(
  client: Client,
  run: RunRef,
  io: Io,
  { detach, output }: { detach?: boolean; output?: 'jsonl' },
  approval: AttendOptions['approval'],
): Promise<DeploymentView> {
  return detach ? readDeployment(client, run) : attend(client, run, io, { output, plan: true, approval });
}

/**
 * Follows a run and shows it, until it is over, the user leaves with Ctrl-C, or nobody here can approve its plan.
 * @returns the last look at it
 */
export async function attend(
  client: Client,
  run: RunRef,
  io: Io,
  options: AttendOptions,
): Promise<DeploymentView> {
  const leave = new AbortController();
  const release = io.onInterrupt(() => leave.abort(byChoice));
  const renderer = rendererFor(io, options);
  const approvals = new Approvals(run, io, renderer, options, leave);
  let last: DeploymentView | null = null;
  try {
    for await (const followed of follow(client, run, { signal: leave.signal })) {
      last = followed.view;
      client = followed.client;
      renderer.show(followed);
      await approvals.consider(followed);
      // A pipeline would wait until it is ended; a person who watches sees what to do.
      if (followed.view.state === 'awaiting-operator' && options.approval !== 'wait' && !io.interactive)
        break;
    }
    await approvals.close();
  } finally {
    release();
    renderer.end();
  }
  last ??= await readDeployment(client, run);
  if (leave.signal.reason === byChoice && last.state !== 'closed') tellHowToComeBack(last, io);
  return last;
}

const byChoice = 'the user left';

function rendererFor(io: Io, { output, plan }: AttendOptions): Renderer {
  if (output === 'jsonl') return jsonlRenderer(io, ({ id, runId }) => linkTo({ workflowId: id, runId }));
  return io.isTTY ? terminalRenderer(io, { plan }) : linesRenderer(io, { plan });
}

function tellHowToComeBack(view: DeploymentView, io: Io): void {
  const id = shortId(view);
  io.stderr(speechOf(io).goesOn(`belay watch ${id}`, `belay abort ${id} --reason "…"`));
}

/** Answers plans that wait for approval. */
class Approvals {
  private client: Client | null = null;
  /** The plan that was answered and still seems to wait. */
  private answered: string | null = null;
  private question: AbortController | null = null;
  private asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly run: RunRef,
    private readonly io: Io,
    private readonly renderer: Renderer,
    private readonly options: AttendOptions,
    private readonly leave: AbortController,
  ) {}

  async consider({ view, client }: Followed): Promise<void> {
    this.client = client;
    const digest = view.state === 'awaiting-approval' ? view.plan?.digest : undefined;
    if (digest === undefined) {
      // It was answered, here or by somebody else. The same plan may come back after another, and is asked for anew.
      this.answered = null;
      this.question?.abort();
      return;
    }
    if (this.answered === digest) return;
    this.answered = digest;
    if (this.options.approval === 'yes') await this.signal(signalNames.approve, { plan: digest });
    else if (this.io.interactive && this.options.output === undefined) this.startAsking(digest);
    else if (this.options.approval === 'ask') this.leave.abort();
  }

  async close(): Promise<void> {
    this.question?.abort();
    await this.asking;
  }

  private startAsking(digest: string): void {
    this.asking = this.ask(digest);
    // close() throws it; until then nobody listens.
    this.asking.catch(() => this.leave.abort());
  }

  private async ask(digest: string): Promise<void> {
    const question = new AbortController();
    this.question = question;
    this.renderer.pause(true);
    const { bold } = this.io.colors.stderr;
    const { ask } = speechOf(this.io);
    const text = `${bold(ask.deploy(shortDigest(digest)))} ${ask.answers}`;
    for (;;) {
      const answer = (await this.io.ask(text, question.signal))?.trim().toLowerCase();
      if (question.signal.aborted) break;
      if (answer === 'y' || answer === 'yes') await this.signal(signalNames.approve, { plan: digest });
      else if (answer === 'n' || answer === 'no')
        await this.signal(signalNames.abort, { reason: 'the plan was turned down' });
      else if (answer === undefined || answer === 'l' || answer === 'later') this.leave.abort(byChoice);
      else continue;
      break;
    }
    this.question = null;
    this.renderer.pause(false);
  }

  private async signal(name: string, message: object): Promise<void> {
    if (this.client === null) return;
    try {
      await sendSignal(this.client, this.run, name, message);
    } catch (error) {
      // It ended in the meantime: what is followed tells how.
      if (!(error instanceof UserError)) throw error;
    }
  }
}
