import type { Reach } from '../app/app.js';
import type {
  AppFacts,
  AtJob,
  CertificateFacts,
  ContainerFacts,
  Facts,
  SupervisorFacts,
} from '../facts/facts.js';
import type { Visited, Visitors } from './visited.js';
import type { HostOnlyFile } from '../plan/plan.js';

/** What a look at a whole server found. Bounded, and without any value of an environment but PORT. */
export interface Survey extends Omit<Facts, 'app' | 'disk'> {
  machine: MachineFacts;
  certificates: CertificateFacts[];
  timers: TimerFacts[];
  supervisors: SupervisorFacts[];
  containers: ContainerFacts[] | null;
  at: AtJob[];
  /** Where they were asked for: what lies in the folders that servers work in. */
  folders: FolderFacts[];
  /** Only of the path that was asked about. */
  app?: AppFacts;
}

export interface MachineFacts {
  memoryBytes: number;
  processors: number;
  /** `Europe/Berlin`; empty where it is not known. */
  timeZone: string;
  /** Seconds since the epoch, the host's clock; 0 where it is not known. */
  bootedAt: number;
  disks: { filesystem: string; mountedOn: string; sizeBytes: number; availableBytes: number }[];
  /** Absolute path and what it says of its version. */
  interpreters: { path: string; version: string }[];
}

export interface TimerFacts {
  timer: string;
  starts: string;
  active: string;
  enabled: string;
  fragmentPath: string;
  /** `*-*-* 03:00:00`, `1d`. */
  schedule: string;
}

/** Two levels of a folder, dependencies left out, 400 entries at most. */
export interface FolderFacts {
  folder: string;
  /** Relative; a folder ends with a slash. */
  entries: { path: string; size: number }[];
}

/** Input of the workflow `inspect` and of its step `survey`. */
export interface SurveyInput {
  reach: Reach;
  /** `user@machine`. */
  startedBy: string;
  /** An app's path to look at more closely. */
  path?: string;
  /** Whether the folders that servers work in are listed. */
  folders?: boolean;
  /** Digest of a packed source: files of `path` that it lacks are reported. */
  artifact?: string;
  /** Pages to ask of what listens there now. */
  ask?: {
    bind: { kind: 'port'; port: number } | { kind: 'socket'; path: string };
    name: string;
    pages: string[];
  };
  /** Of which app's visitors the most asked pages are read; they are asked for too. */
  visitors?: Visitors;
}

export interface SurveyResult {
  survey: Survey;
  /** Where an artifact was given: files that only the host has. */
  hostOnly: HostOnlyFile[];
  /** Where pages were asked for: what came; null: no answer. */
  answers: { page: string; status: number | null }[];
  /** Where visitors were asked about. */
  visited?: Visited;
}
