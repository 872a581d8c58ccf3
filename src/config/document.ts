import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, YAMLError } from 'yaml';
import { ConfigError } from './error.js';
import type { Problem } from './error.js';

export type Path = readonly PropertyKey[];

interface Position {
  line: number;
  column: number;
}

/** Something in a belay.yml: where its key and its value stand. `source`: a scalar as it is written. */
export interface Spot {
  key?: Position;
  value: Position;
  source?: string;
}

/** The text of a belay.yml as plain values that remember where they stood. */
export interface Source {
  value: unknown;
  /** null where the path leads to nothing. */
  find(path: Path): Spot | null;
}

const aliases = 100;

/**
 * Reads YAML 1.2; aliases are bounded, so that a small file cannot become a large value.
 * @throws ConfigError for whatever is no YAML.
 */
export function readYaml(text: string, file: string): Source {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parse(text, file, lines);
  const found = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    message: plainly(error),
  }));
  const problems = [...found, ...oddParts(document, at)];
  if (problems.length > 0) throw new ConfigError(file, problems);
  return { value: toValue(document, file), find: (path) => find(document, path, at) };
}

function parse(text: string, file: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: false, version: '1.2' });
  } catch (error) {
    throw unusable(file, error);
  }
}

function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: aliases });
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Nesting overflows the parser's stack, aliases its bound: both are no configuration. */
function unusable(file: string, cause: unknown): ConfigError {
  const reason =
    cause instanceof RangeError ? 'it is nested too deeply' : `it uses more than ${aliases} aliases`;
  return new ConfigError(file, [{ line: 1, column: 1, message: `expected a plain YAML map; ${reason}` }], {
    cause,
  });
}

function plainly(error: YAMLError): string {
  if (error.code === 'TAB_AS_INDENT') return 'a tab stands where YAML allows only spaces: indent with spaces';
  if (error.code === 'DUPLICATE_KEY') return 'this key stands here for the second time: keep one of them';
  if (error.code === 'MULTIPLE_DOCS') return 'expected one YAML document, got a second one after ---';
  return `not valid YAML: ${error.message}`;
}

/** Keys that are no text, the one that JavaScript would take for something else, and aliases without an anchor. */
function oddParts(document: Document.Parsed, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = [];
  const complain = (node: unknown, message: string): void => {
    problems.push({ ...at((node as Node | null)?.range?.[0] ?? 0), message });
  };
  let seen = 0;
  visit(document, {
    Pair(_, { key }) {
      const plain = isScalar(key) && key.value !== null && key.value !== '__proto__';
      if (!plain) complain(key, 'expected a key that is a name');
    },
    Alias(_, alias) {
      seen += 1;
      if (seen > aliases) return visit.BREAK;
      if (!alias.resolve(document))
        complain(alias, `the alias *${alias.source} has no anchor &${alias.source} before it`);
      return undefined;
    },
  });
  return problems;
}

function find(document: Document.Parsed, path: Path, at: (offset: number) => Position): Spot | null {
  let key: Node | undefined;
  let node: Node | null | undefined = document.contents;
  for (const part of path) {
    const holder: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap(holder)) {
      const pair = holder.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return null;
      key = pair.key as Node;
      node = pair.value as Node | null;
    } else if (isSeq(holder) && holder.items[Number(part)] !== undefined) {
      key = undefined;
      node = holder.items[Number(part)] as Node;
    } else {
      return null;
    }
  }
  const offset = node?.range?.[0] ?? key?.range?.[0] ?? 0;
  const spot: Spot = { value: at(offset) };
  if (key?.range) spot.key = at(key.range[0]);
  if (isScalar(node) && node.source !== undefined) spot.source = node.source;
  return spot;
}
