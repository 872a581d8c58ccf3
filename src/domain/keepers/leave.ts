import type { Finder } from '../findings/finder.js';
import type { Stop } from './keeper.js';

/**
 * Stops without those that belay.yml declines by name: the label that a plan shows, or the label up to its brackets or the
 * user behind it (`pm2 entry blog` for `pm2 entry blog (id 3) of root`).
 */
export function withoutLeft(stops: readonly Stop[], leave: readonly string[], find: Finder): Stop[] {
  for (const name of leave) {
    const named = stops.filter((stop) => isNamed(stop, name));
    const serving = named.find(({ role }) => role === 'app');
    if (serving !== undefined) {
      find.report(
        'stop.needed',
        `\`leave\` in belay.yml names ${serving.label}, which serves the app now: the new release cannot take its place beside it.`,
        serving.why,
        'Take it out of `leave`; or give `port` or `site` in belay.yml, where it is another app’s.',
      );
    } else if (named.length === 0) {
      find.report(
        'stop.unmatched',
        `\`leave\` in belay.yml names ${name}, and nothing of that name would be stopped.`,
        stops.map(({ label }) => label).join('\n') || 'nothing would be stopped',
        'Write the name as the plan has it; or take it out.',
      );
    } else {
      find.report(
        'stop.declined',
        'Is left as it is, as `leave` in belay.yml says: should it start a server of the app, the new release loses its port.',
        named.map(({ label, why }) => `${label}: ${why}`).join('\n'),
        'Nothing, where that is meant.',
      );
    }
  }
  return stops.filter((stop) => stop.role === 'app' || !leave.some((name) => isNamed(stop, name)));
}

function isNamed({ label }: Stop, name: string): boolean {
  return label === name || label.startsWith(`${name} (`) || label.startsWith(`${name} of `);
}
