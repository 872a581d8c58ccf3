import { messageText } from '../../history/message-text.js';
import { deploymentId, type DeploymentState, type DeploymentView } from '../../history/view.js';
import type { Colors } from '../terminal/io.js';
import type { Change } from '../../history/changes.js';
import { en, type Speech } from './catalogue/en.js';
import { planText } from './plan.js';
import { endedStep } from './step.js';
import { firstLine, oneLine, shortDigest } from '../../history/text.js';

/** What a change reads like once it has happened, for every renderer that speaks to people; empty: nothing to say. */
export function say(change: Change, view: DeploymentView, colors: Colors, speech: Speech = en): string[] {
  const { words } = speech;
  switch (change.kind) {
    case 'start': {
      const release = view.release === null ? '' : speech.startRelease(oneLine(view.release));
      return [
        `${speech.start(view.type, oneLine(view.app), oneLine(view.host), colors.bold)}${colors.dim(release)}`,
        colors.dim(speech.startedBy(deploymentId(view), oneLine(view.startedBy))),
      ];
    }
    case 'step-begin':
    case 'step-retry':
      return [];
    case 'step-end':
      return endedStep(change.step, colors, speech);
    case 'plan':
      return ['', ...planText(change.plan, view.app, colors, speech)];
    case 'message':
      return [
        `${change.message.counted ? colors.cyan('»') : colors.yellow('»')} ${messageText(change.message, words)}`,
      ];
    case 'held':
      return [colors.yellow(`! ${speech.held(oneLine(words.say(change.why)))}`)];
    case 'state':
      return stateLines(change.state, view, colors, speech);
  }
}

/** A deployment's name on the command line: its id without belay's own prefix. */
export function shortId(view: Pick<DeploymentView, 'id'>): string {
  return view.id.replace(/^belay\//, '');
}

/**
 * The command that somebody could type next; null where there is none.
 * @param id how the deployment was named, where it is not the latest one under its id
 */
export function nextCommand(view: DeploymentView, id = shortId(view)): string | null {
  if (view.type === 'plan') return view.outcome === 'succeeded' ? 'belay deploy' : null;
  switch (view.state) {
    case 'awaiting-approval':
      return `belay approve ${id} --plan ${shortDigest(view.plan?.digest ?? '')}`;
    case 'awaiting-operator':
      return `belay retry-rollback ${id}`;
    case 'running':
    case 'rolling-back':
      return `belay watch ${id}`;
    case 'closed':
      if (view.type === 'recover' && view.outcome === 'rollback-failed') return 'belay recover';
      return view.outcome === 'refused' || view.outcome === 'unchanged' ? 'belay plan' : `belay report ${id}`;
  }
}

function stateLines(
  state: DeploymentState,
  view: DeploymentView,
  { yellow, magenta, red, bold }: Colors,
  speech: Speech,
): string[] {
  const next = nextCommand(view) ?? '';
  switch (state) {
    case 'awaiting-approval':
      return [yellow(`? ${speech.waitingFor(shortDigest(view.plan?.digest ?? ''), next)}`)];
    case 'rolling-back':
      return [
        bold(magenta(`↶ ${speech.rollingBack(firstLine(speech.words.cause(view) ?? speech.unknownCause))}`)),
      ];
    case 'awaiting-operator':
      return [
        bold(red(`✗ ${speech.stuck}`)),
        `  ${speech.mend(next)}`,
        `  ${speech.byHand(`belay give-up ${shortId(view)}`)}`,
      ];
    default:
      return [];
  }
}
