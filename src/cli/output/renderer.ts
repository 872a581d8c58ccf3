import type { Followed } from '../temporal/follow.js';

/** Tells what happens to a deployment while it is followed. */
export interface Renderer {
  show(followed: Followed): void;
  /** Leaves the terminal to a question, or takes it back. */
  pause(paused: boolean): void;
  /** Nothing follows; what was drawn is taken away. */
  end(): void;
}
