import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../../domain/runbook/messages.js';
import { reason, TemporalError } from '../error.js';

/** What client and worker connections have in common. */
type Services = Pick<Connection, 'workflowService' | 'operatorService'>;

/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const keyword = 2;
/** How long the embedded server keeps the history of what ended. */
export const retentionDays = 90;

/** Raises how long a namespace keeps the history of what ended to 90 days; a longer retention stays. */
export async function ensureRetention({ workflowService }: Services, namespace: string): Promise<void> {
  const { msToTs } = await import('../client.js');
  const described = await workflowService.describeNamespace({ namespace });
  const days = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
  if (days >= retentionDays) return;
  await workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(`${retentionDays} days`) },
  });
}

/**
 * Registers belay's search attributes where they are missing, and waits until the namespace knows them.
 * @throws TemporalError where the service does not let this be done (as Temporal Cloud), with how to do it by hand.
 */
export async function ensureSearchAttributes(services: Services, namespace: string): Promise<void> {
  const names: string[] = Object.values(searchAttributeNames);
  try {
    const { customAttributes } = await services.operatorService.listSearchAttributes({ namespace });
    const missing = names.filter((name) => customAttributes[name] === undefined);
    const odd = names.filter((name) => (customAttributes[name] ?? keyword) !== keyword);
    if (odd.length > 0) throw new Error(`${odd.join(', ')} exist there with another type than Keyword`);
    if (missing.length === 0) return;
    await services.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
    await untilKnown(services, namespace, missing);
  } catch (error) {
    throw new TemporalError(
      `the search attributes ${names.join(', ')} (type Keyword) cannot be registered in the namespace ${namespace}: ` +
        `${reason(error)}; register them by hand, as with: temporal operator search-attribute create ` +
        `--namespace ${namespace} ${names.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
      { cause: error },
    );
  }
}

/** The servers read a namespace's attributes anew every few seconds; until then they refuse workflows that use them. */
async function untilKnown({ workflowService }: Services, namespace: string, names: string[]): Promise<void> {
  const query = names.map((name) => `${name} = 'x'`).join(' AND ');
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      await workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(100);
    }
  }
}
