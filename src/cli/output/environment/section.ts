/** A part of a server's environment document, for every form in which it is written. */
export interface EnvironmentSection {
  title: string;
  /** Sentences before the table. */
  text?: string[];
  columns?: string[];
  /** Indices of the columns that hold addresses, paths and commands. */
  code?: number[];
  rows?: string[][];
}

/** What a command line is cut to in a table. */
const commandLength = 100;

/** `2026-11-24 06:58 UTC` */
export function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A command as a table has room for it. */
export function cut(command: string): string {
  return command.length > commandLength ? `${command.slice(0, commandLength)}…` : command;
}
