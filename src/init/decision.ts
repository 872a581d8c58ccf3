import type { Service } from '../domain/environment/environment.js';
import type { Visitors } from '../domain/environment/visited.js';
import type { Bind } from '../domain/app/address.js';

/** What a person said, where the evidence allows two answers. */
export interface Said {
  path?: string;
  site?: string;
  run?: string;
}

/** A value and where it was read. */
export interface Known<T> {
  value: T;
  from: string;
}

/** Somebody's own keeper, as belay.yml names it. */
export interface Stays extends Known<string> {
  key: 'unit' | 'program' | 'entry';
  /** Whether a release can be rehearsed by its own command, so that no `run` is needed. */
  isRehearsed: boolean;
}

/** What of belay.yml the server and the source tell. */
export interface Decided {
  path: Known<string>;
  /** Where nginx serves the files itself and nothing runs: then there is neither `run` nor `port`; null: an app with a process. */
  kind: Known<'files'> | null;
  run: Known<string> | null;
  user: Known<string> | null;
  /** Somebody's own keeper that can go on keeping it, as belay.yml names it; null: a unit of belay's own will. */
  stays: Stays | null;
  /** What keeps it running until now, in words; null where nothing of it runs. */
  keptBy: string | null;
  /** null: nginx leads to it under no name. */
  site: Known<string> | null;
  /** `auto`: what nginx proxies to. */
  port: Known<'auto' | number> | null;
  envFile: Known<string> | null;
  external: Known<string> | null;
  /** What tells which pages visitors ask for; null where nginx leads to it under no name. */
  visitors: Visitors | null;
  /** Where it listens now; null where nothing of it does. */
  bind: Bind | null;
  /** Name of the app that belay deployed there before. */
  name: string | null;
  /** Variables that the process has now, by name: their values stay on the server. */
  variables: string[];
}

/** A question that the evidence leaves open, and the answers there are. */
export interface Question {
  /** The option that answers it, without dashes. */
  about: keyof Said;
  text: string;
  choices: { value: string; why: string }[];
  /** What is likely, though nothing says so. */
  otherwise?: string;
}

export type Decision = { decided: Decided } | { question: Question };

/** What listens, as one says where a value was read: `the process on 127.0.0.1:9999`. */
export function whoText({ listeners }: Pick<Service, 'listeners'>): string {
  const [listener] = listeners;
  if (listener === undefined) return 'the process';
  const { address, port, path } = listener;
  return `the process on ${path ?? `${address.includes(':') ? `[${address}]` : address}:${port}`}`;
}
