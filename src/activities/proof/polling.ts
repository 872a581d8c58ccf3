/** How long verify asks for a page that is not as it should be. */
export const polling = {
  // Beyond nginx's own fail_timeout of 10 s, during which it leaves out an app that it found down.
  deadlineMs: 20_000,
  everyMs: 20,
  // An error that the app gives for this long it will go on giving.
  settledMs: 2_000,
};

/** At a spare address, which nginx never found down and where the release answered before visitors came. */
export const pollingSpare = { ...polling, deadlineMs: 5_000 };
