/**
 * What an inspection rests on, in words that the host can say again in a moment: where they are the same and no file was changed since,
 * all that was read still holds (claim.sh). It stands for nothing that a person reads.
 */
export interface Footing {
  /** When the look began: the host's clock, in seconds with fractions. */
  since: string;
  /** How far that clock was ahead of the time since boot, in seconds. */
  ahead: number;
  /** Where the app's path led. */
  real: string;
  /** Lines of footing.sh, `<part> <digest>`. */
  parts: string[];
  /** Daemons that were believed, by pid. */
  daemons: number[];
  /** The processes that were read, `<pid> <start in clock ticks>` each. */
  holders: string[];
  /** Files that were read, without those that every host has. */
  files: string[];
  /** Units whose state was read, and the digest of what systemd said of them. */
  units: string[];
  unitStates: string;
}
