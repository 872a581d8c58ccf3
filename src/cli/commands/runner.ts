import type { Io } from '../terminal/io.js';

/** Runs a command's work; what it resolves to, or the error it throws, becomes the process's exit code. */
export type Runner = (work: (io: Io) => Promise<number>) => Promise<void>;
