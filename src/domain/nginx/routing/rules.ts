import type { NginxHandling, NginxRule } from '../../facts/facts.js';
import { expand, matchesOrNot } from './values.js';
import type { UnderWay } from './request.js';

/** What the rules of a server or a location come to. */
export type Ruling =
  | { kind: 'stop'; status: number; to?: string }
  /** `changed`: another location is looked for. `handles`: the last `if` that held. */
  | { kind: 'next' | 'changed'; handles?: NginxHandling };

/** Runs directives of the rewrite module in their order, as its handler does. */
export function runRules(rules: readonly NginxRule[], walk: UnderWay): Ruling {
  const run = new Running(walk);
  const stopped = run.all(rules);
  if (stopped !== undefined && stopped !== 'end') return stopped;
  const handles = run.handles === undefined ? {} : { handles: run.handles };
  return { kind: run.isChanged ? 'changed' : 'next', ...handles };
}

class Running {
  isChanged = false;
  handles: NginxHandling | undefined;

  constructor(private readonly walk: UnderWay) {}

  all(rules: readonly NginxRule[]): Extract<Ruling, { kind: 'stop' }> | 'end' | undefined {
    for (const rule of rules) {
      const stopped = this.one(rule);
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  private one(rule: NginxRule): ReturnType<Running['all']> {
    const { known } = this.walk;
    switch (rule.do) {
      case 'set':
        known.variables.set(rule.name, expand(rule.value, known));
        return undefined;
      case 'break':
        this.isChanged = false;
        return 'end';
      case 'return':
        return {
          kind: 'stop',
          status: rule.status,
          ...(rule.to === undefined ? {} : { to: expand(rule.to, known) ?? rule.to }),
        };
      case 'rewrite':
        return this.rewrite(rule);
      case 'if': {
        if (!this.holds(rule.test)) return undefined;
        if (rule.handles !== undefined) this.handles = rule.handles;
        return this.all(rule.rules);
      }
    }
  }

  private rewrite({ from, to, flag }: Extract<NginxRule, { do: 'rewrite' }>): ReturnType<Running['all']> {
    const { walk } = this;
    if (!matchesOrNot(from, false, walk.uri, walk.known)) return undefined;
    const target = expand(to, walk.known);
    const leaves = /^(?:https?:\/\/|\$scheme)/.test(to);
    if (leaves || flag === 'redirect' || flag === 'permanent')
      return { kind: 'stop', status: flag === 'permanent' ? 301 : 302, to: target ?? to };
    const mark = target?.indexOf('?') ?? -1;
    walk.uri = target === null ? null : mark < 0 ? target : target.slice(0, mark);
    if (target === null) walk.args = null;
    else if (mark >= 0) {
      const added = target.slice(mark + 1);
      const old = walk.args;
      walk.args = target.endsWith('?')
        ? added.slice(0, -1)
        : old === null
          ? null
          : [added, old].filter((one) => one !== '').join('&');
    }
    walk.isInternal = true;
    if (flag === 'break') walk.isInPlace = true;
    this.isChanged = flag !== 'break';
    return flag === undefined ? undefined : 'end';
  }

  /** `$flag`, `$flag = text`, `$flag !~* expression`, `-f path`. */
  private holds(test: readonly string[]): boolean {
    const { known } = this.walk;
    const [subject = '', operator, operand = ''] = test;
    const ask = (question: string) => known.choose(question, 2) === 1;
    const file = /^(!?)-([fdex])$/.exec(subject);
    if (file !== null) {
      const path = expand(operator ?? '', known) ?? operator ?? '';
      return ask(`-${file[2]} ${path}`) !== (file[1] === '!');
    }
    const value = expand(subject, known);
    if (operator === undefined) return value === null ? ask(`if ${subject}`) : value !== '' && value !== '0';
    if (operator === '=' || operator === '!=') {
      const other = expand(operand, known);
      const same = value === null || other === null ? ask(`if ${subject} = ${operand}`) : value === other;
      return same !== (operator === '!=');
    }
    const matched = matchesOrNot(operand, operator.includes('*'), value, known);
    return matched !== operator.startsWith('!');
  }
}
