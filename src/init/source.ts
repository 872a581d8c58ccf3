/** The source here, as the rules of `init` see it. */
export interface SourceView {
  /** Name of the source's folder. */
  name: string;
  /** Paths that would be packed, with forward slashes. */
  files: readonly string[];
  /** Text of the small files among them that say how the app is made and started, by path. */
  texts: ReadonlyMap<string, string>;
}

/** Which of the source's files are worth reading: code in its upper folders, and what names a start command. */
export function isTelling(path: string): boolean {
  const depth = path.split('/').length;
  return depth <= 3 && (/\.(?:py|[cm]?[jt]s)$/.test(path) || tellingNames.has(path.split('/').at(-1) ?? ''));
}

const tellingNames = new Set(['package.json', 'Procfile', 'requirements.txt', 'pyproject.toml', 'Pipfile']);

/** The source's own name for itself, else its folder's, fit for the key `app`. */
export function appName({ name, texts }: SourceView): string {
  const own =
    packageField(texts.get('package.json'), 'name') ??
    /^\[(?:project|tool\.poetry)\][^[]*?^name\s*=\s*["']([^"']+)["']/ms.exec(
      texts.get('pyproject.toml') ?? '',
    )?.[1];
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/^@[^/]*\//, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 48)
      .replace(/^-+|-+$/g, '');
  return plain(own ?? '') || plain(name) || 'app';
}

/** A field of a package.json that is text; undefined also where it is no JSON. */
export function packageField(json: string | undefined, ...path: string[]): string | undefined {
  try {
    let value: unknown = JSON.parse(json ?? '');
    for (const key of path) value = (value as Record<string, unknown> | null)?.[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the source takes its port from the environment. */
export function readsPort({ texts }: SourceView): boolean {
  return [...texts.values()].some((text) => /(?<![\w-])PORT(?!\w)/.test(text));
}
