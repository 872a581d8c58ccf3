import { blocking } from '../../domain/findings/finding.js';
import { labelOf } from '../../domain/runbook/labels.js';
import type { DeploymentView } from '../view.js';
import { findingZh } from './findings/zh.js';
import { failureZh, sayZh } from './phrases/zh.js';

/** Why a deployment did not succeed, in Chinese; what was found or failed is quoted as it came, with all that it names. */
export function causeZh({
  cause,
  outcome,
  findings,
  steps,
}: Pick<DeploymentView, 'cause' | 'outcome' | 'findings' | 'steps'>): string | null {
  if (cause === null) return null;
  const [first, ...others] = blocking(findings);
  if (outcome === 'refused' && first !== undefined && cause.startsWith(first.message)) {
    const { message, original } = findingZh(first);
    return [
      `${message}${others.length === 0 ? '' : `（另有 ${others.length} 条）`}`,
      ...(original === '' ? [] : [original]),
    ].join('\n');
  }
  for (const { name, label, lastFailure } of steps) {
    if (lastFailure === null) continue;
    const own = `${label}: ${lastFailure.message}`;
    const at = cause.indexOf(own);
    if (at === -1) continue;
    const told = `${labelOf(name, 'zh')}：${failureZh(lastFailure)}`;
    return `${sayZh(cause.slice(0, at))}${told}${sayZh(cause.slice(at + own.length))}`;
  }
  return sayZh(cause);
}
