import { activateText, armTexts, carryTexts, keptText, verifyTexts, type Decided } from './actions.js';

/** The steps by which nginx comes to serve other files, in the runbook's order: no process is stopped or started. */
export function swapActions(decided: Decided): string[] {
  const { app, release, served, previous, hostOnly, isBack } = decided;
  const dependencies = hostOnly.filter(({ fate }) => fate === 'dependencies').map(({ path }) => path);
  return [
    ...(isBack ? [] : app.build.map((command) => `Build in the staged release: ${command}`)),
    ...(isBack ? [] : app.checks.host.map((command) => `Check in the staged release: ${command}`)),
    ...carryTexts(decided),
    `Keep for the way back: ${keptText(app, previous)}`,
    ...app.hooks.release.map(
      (command) =>
        `Run the release hook while the old version serves, which a rollback does not undo: ${command}`,
    ),
    ...armTexts(decided),
    previous.kind === 'adopt' && app.shared.length > 0
      ? 'Swap the files in one moment: no process is stopped; this first time what is shared moves to its place, and a request for it may fail meanwhile'
      : 'Swap the files in one moment: no process is stopped, and no request is expected to fail',
    ...(previous.kind === 'adopt'
      ? app.shared.map((path) => `Move ${path} out of the adopted folder, to where every release shares it`)
      : []),
    ...(dependencies.length > 0 ? [`Keep dependencies beside the releases: ${dependencies.join(', ')}`] : []),
    activateText(app, release, previous),
    ...(served?.caches === true ? ['Reload nginx, which would serve the files on that it has open'] : []),
    `Verify: ${verifyTexts(app, '').join(', ')}`,
    ...(app.soakSeconds > 0 ? [`Watch it for ${app.soakSeconds} s`] : []),
    ...app.hooks.after.map((command) => `Run after the proof: ${command}`),
    `Commit: leave nginx as it is, keep the last ${app.keep} releases`,
  ];
}
