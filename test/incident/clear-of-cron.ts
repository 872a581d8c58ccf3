import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 300_000;
const neededMs = 60_000;

/**
 * Waits until the incident's cron line, which starts a copy of the app every five minutes where none runs, is a minute
 * away: on the way back the line is in force a moment before pm2's entry runs again, and the copy would take its port.
 */
export async function clearOfCron(): Promise<void> {
  const leftMs = everyMs - (Date.now() % everyMs);
  if (leftMs < neededMs) await sleep(leftMs + 5_000);
}
