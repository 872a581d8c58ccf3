import type { ChangeInput } from '../../domain/runbook/activities.js';
import { sharedPaths, type Ask } from '../change/make-change.js';

/** What `activate` asks of the door. */
export function activation({ app, deployment, plan, startedBy }: ChangeInput): Ask {
  const what = plan.ejects
    ? { script: 'eject' }
    : {
        script: 'activate',
        fields: { deploymentJson: JSON.stringify(deployment), byJson: JSON.stringify(startedBy) },
        list: sharedPaths(app),
      };
  return { ...what, minutes: 5, remedy: 'The old files are put back.' };
}
