import type { AccessLog } from '../../../domain/nginx/gates/gates.js';
import type { Keeper } from '../../../domain/app/keeper.js';
import { readingOf } from '../../../domain/nginx/gates/log-format.js';
import { fields } from '../../fields.js';
import { toldOf } from '../../keepers/told.js';
import type { HostSession } from '../../types.js';
import { canaryText, judgeCanary, type Answered } from './judge-canary.js';
import { judgeErrors, type Traffic } from './judge-errors.js';
import { judgeMemory, type Memory } from './judge-memory.js';

/** What is watched besides the release itself. */
export interface Watched {
  logs: readonly AccessLog[];
  /** What was stopped, and must not come back. */
  stopped: readonly { keeper: Keeper; label: string }[];
  /** How many seconds ago visitors were led from the old release to this one, where they were. */
  ledSecondsAgo?: number;
}

/** How long the answers of the two releases took. */
interface Spans {
  old: Map<number, number>;
  new: Map<number, number>;
}

const timeoutMs = 20_000;

/** Watches what is around a release from its first look on: memory, nginx's access log, the keepers that were stopped. */
export class Watch {
  private readonly places: string[];
  private readonly traffic: Traffic[];
  private readonly spans: Spans[];
  private readonly readings: { status?: string; seconds?: string }[];
  private readonly begun = performance.now();
  private readonly unreadable = new Set<number>();
  private first?: Memory;
  private last?: Memory;

  constructor(
    private readonly session: HostSession,
    private readonly watched: Watched,
  ) {
    this.places = watched.logs.map(() => '');
    this.spans = watched.logs.map(() => ({ old: new Map(), new: new Map() }));
    this.readings = watched.logs.map(({ format }) => (format === undefined ? {} : readingOf(format)));
    this.traffic = watched.logs.map(() => ({
      requests: 0,
      errors: 0,
      unknown: 0,
      before: 0,
      errorsBefore: 0,
      shown: [],
    }));
  }

  /**
   * @param pids of what serves
   * @returns what is wrong, one sentence each
   * @throws HostError ConnectionLost
   */
  async look(pids: readonly number[], signal: AbortSignal): Promise<string[]> {
    const { logs, stopped } = this.watched;
    const { ledSecondsAgo } = this.watched;
    const since = Math.round((performance.now() - this.begun) / 1000);
    const isLed = ledSecondsAgo !== undefined;
    const args = [
      fields({ led: isLed ? ledSecondsAgo + since : undefined, pids: pids.map(String) }),
      ...logs.map(({ file }, index) => fields({ file, place: this.places[index], ...this.readings[index] })),
      ...stopped.map(({ keeper }) => fields({ keeper: fields(toldOf(keeper)) })),
    ];
    const { stdout } = await this.session.run('watch', args, { timeoutMs, signal });
    const faults = this.take(stdout);
    return [
      ...faults,
      ...logs.flatMap(({ file, shared }, index) => {
        const traffic = this.traffic[index];
        if (traffic === undefined || shared) return [];
        const [old, now] = this.answered(index);
        return [...judgeErrors(file, traffic), ...(isLed ? judgeCanary(file, old, now, traffic.shown) : [])];
      }),
      ...(this.first && this.last ? judgeMemory(this.first, this.last) : []),
    ];
  }

  /** The new release beside the old one, in a few words; undefined where nothing tells of both. */
  canary(): string | undefined {
    const [index] = this.compared();
    return index === undefined ? undefined : canaryText(...this.answered(index));
  }

  /** One line each. */
  evidence(): string[] {
    const memory =
      this.last === undefined || this.first === undefined ? [] : [memoryText(this.first, this.last)];
    const traffic = this.watched.logs.map(({ file, shared }, index) => {
      const { requests = 0, errors = 0, unknown = 0 } = this.traffic[index] ?? {};
      if (this.unreadable.has(index)) return `${file}: cannot be read`;
      const rest = unknown > 0 ? `, ${unknown} lines in a format that is not known` : '';
      const whose = shared ? ', other sites’ among them' : '';
      return `${file}: ${requests} requests${whose}, ${errors} answered 5xx${rest}`;
    });
    const { length } = this.watched.stopped;
    return [
      ...memory,
      ...traffic,
      ...this.compared().map((index) => `beside the old version: ${canaryText(...this.answered(index))}`),
      ...(length === 0
        ? []
        : [`nothing came back of ${length} that ${length === 1 ? 'was' : 'were'} stopped`]),
    ];
  }

  /** Those logs that are the app's own and can be read, where visitors were led from one release to the other. */
  private compared(): number[] {
    if (this.watched.ledSecondsAgo === undefined) return [];
    return this.watched.logs.flatMap(({ shared }, index) =>
      shared || this.unreadable.has(index) || this.places[index] === '' ? [] : [index],
    );
  }

  private answered(index: number): [old: Answered, now: Answered] {
    const { requests = 0, errors = 0, before = 0, errorsBefore = 0 } = this.traffic[index] ?? {};
    const { old, new: now } = this.spans[index] ?? { old: new Map(), new: new Map() };
    return [
      { requests: before, errors: errorsBefore, spans: old },
      { requests, errors, spans: now },
    ];
  }

  private take(output: string): string[] {
    const faults: string[] = [];
    const memory: Memory = { used: 0, limit: 0, killed: 0, available: 0, total: 0 };
    let shown: Record<number, string[]> = {};
    for (const line of output.split('\n')) {
      const [word = '', ...values] = line.split(' ');
      const [a = 0, b = 0] = values.map(Number);
      if (word === 'memory') [memory.used, memory.limit] = [a, b];
      else if (word === 'oom') memory.killed = a;
      else if (word === 'machine') [memory.available, memory.total] = [a * 1024, b * 1024];
      else if (word === 'unreadable') this.unreadable.add(a);
      else if (word === 'error') shown = { ...shown, [a]: [...(shown[a] ?? []), values.slice(1).join(' ')] };
      else if (word === 'spans') this.spend(a, values.slice(1));
      else if (word === 'old') this.countOld(a, values);
      else if (word === 'log') this.count(a, values, shown[a] ?? []);
      else if (word === 'back')
        faults.push(`${this.watched.stopped[a]?.label ?? 'what was stopped'} was stopped and is back`);
    }
    // Of cgroups v1 "no limit" is a number beyond all memory.
    if (memory.limit > memory.total) memory.limit = 0;
    // Where nothing listened, or nothing could be read, there is nothing to compare.
    if (memory.used > 0) {
      this.first ??= memory;
      this.last = memory;
    }
    return faults;
  }

  private count(index: number, values: readonly string[], shown: readonly string[]): void {
    const traffic = this.traffic[index];
    if (traffic === undefined) return;
    const [requests = 0, errors = 0, unknown = 0, gateway = 0] = values.slice(2).map(Number);
    if (this.places[index] === '' && this.watched.ledSecondsAgo === undefined) {
      traffic.before = requests - gateway;
      traffic.errorsBefore = errors - gateway;
    } else {
      traffic.requests += requests;
      traffic.errors += errors;
      traffic.unknown += unknown;
      traffic.shown = [...traffic.shown, ...shown].slice(0, 5);
    }
    this.places[index] = values[1] ?? '';
  }

  private countOld(index: number, [, requests = '0', errors = '0']: readonly string[]): void {
    const traffic = this.traffic[index];
    if (traffic === undefined) return;
    traffic.before += Number(requests);
    traffic.errorsBefore += Number(errors);
  }

  private spend(index: number, [whose, ...classes]: readonly string[]): void {
    const spans = this.spans[index]?.[whose === 'old' ? 'old' : 'new'];
    for (const each of classes) {
      const [span = 0, count = 0] = each.split(':').map(Number);
      spans?.set(span, (spans.get(span) ?? 0) + count);
    }
  }
}

function memoryText(first: Memory, last: Memory): string {
  const limit = last.limit === 0 ? '' : ` of ${megabytes(last.limit)} that it may use`;
  return `memory: ${megabytes(first.used)} at first, ${megabytes(last.used)} at last${limit}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
