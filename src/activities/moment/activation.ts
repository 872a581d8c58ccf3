import { hasProcess } from '../../domain/app/kind.js';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import { environmentFile } from '../../host/keepers/launch.js';
import { sharedPaths, type Ask } from '../change/make-change.js';

/** What `activate` asks of the door. */
export function activation({ app, deployment, plan, release, startedBy }: ChangeInput): Ask {
  const what = plan.ejects
    ? { script: 'eject' }
    : {
        script: 'activate',
        fields: { deploymentJson: JSON.stringify(deployment), byJson: JSON.stringify(startedBy) },
        list: sharedPaths(app),
        // Where no start lays it down.
        ...(hasProcess(app) ? {} : { input: environmentFile({ app, release, bind: null }) }),
      };
  return { ...what, minutes: 5, remedy: 'The old files are put back.' };
}
