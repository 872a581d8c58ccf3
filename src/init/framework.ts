import { packageField, type SourceView } from './source.js';

/** What the source is made with, and how such an app is commonly started. */
export interface Framework {
  kind: 'procfile' | 'django' | 'fastapi' | 'flask' | 'node' | 'static' | 'unknown';
  /** null: it cannot be told. */
  run: string | null;
  /** Where that was read: `app.py:12, app = Flask(…)`. */
  from: string;
  /** The folder, relative to the source, that a static site's pages lie in; empty: the source itself. */
  folder?: string;
}

/** Judged from the source alone; what runs on the server goes before it. */
export function detectFramework(source: SourceView): Framework {
  return (
    procfile(source) ??
    django(source) ??
    fastapi(source) ??
    flask(source) ??
    node(source) ??
    staticSite(source) ?? { kind: 'unknown', run: null, from: 'nothing here says how it is started' }
  );
}

function procfile({ texts }: SourceView): Framework | null {
  const found = find(texts.get('Procfile'), /^web:\s*(.+?)\s*$/m);
  if (found?.text === undefined) return null;
  const run = found.text
    .replace(/(?:\[::\]|0\.0\.0\.0|127\.0\.0\.1|localhost)?:\$\{?PORT\}?/g, '{bind}')
    .replace(/\$\{?PORT\}?/g, '{port}');
  return { kind: 'procfile', run, from: `Procfile:${found.line}` };
}

function django({ files, texts }: SourceView): Framework | null {
  if (!files.includes('manage.py')) return null;
  const named = find(texts.get('manage.py'), /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)\.settings/);
  const wsgi = files.find((path) => /^[\w]+\/wsgi\.py$/.test(path));
  const project = wsgi?.split('/')[0] ?? named?.text?.split('.')[0];
  if (project === undefined) return null;
  const at = named === null ? (wsgi ?? 'manage.py') : `manage.py:${named.line}`;
  return { kind: 'django', run: `gunicorn -b {bind} ${project}.wsgi`, from: `Django, ${at}` };
}

function fastapi(source: SourceView): Framework | null {
  const found = pythonApp(source, /^(\w+)\s*(?::\s*\w+\s*)?=\s*(?:fastapi\.)?FastAPI\(/m);
  if (found === null) return null;
  return {
    kind: 'fastapi',
    run: `uvicorn ${found.module}:${found.name} --host 127.0.0.1 --port {port}`,
    from: `FastAPI, ${found.from}`,
  };
}

function flask(source: SourceView): Framework | null {
  const found = pythonApp(source, /^(\w+)\s*(?::\s*\w+\s*)?=\s*(?:flask\.)?Flask\(/m);
  if (found !== null)
    return {
      kind: 'flask',
      run: `gunicorn -b {bind} ${found.module}:${found.name}`,
      from: `Flask, ${found.from}`,
    };
  const made = pythonApp(source, /^def (create_app|make_app)\(/m);
  if (made === null || !usesFlask(source)) return null;
  return {
    kind: 'flask',
    run: `gunicorn -b {bind} '${made.module}:${made.name}()'`,
    from: `Flask, ${made.from}`,
  };
}

function usesFlask({ texts }: SourceView): boolean {
  return [...texts].some(([path, text]) => path.endsWith('.py') && /^(?:from|import) flask\b/im.test(text));
}

/** The module and variable of a Python app; a module named as such modules commonly are goes before others. */
function pythonApp(
  { texts }: SourceView,
  pattern: RegExp,
): { module: string; name: string; from: string } | null {
  const usual = ['wsgi', 'asgi', 'app', 'main', 'application', 'server', '__init__'];
  const rank = (path: string) => {
    const at = usual.indexOf(path.replace(/^.*\//, '').replace(/\.py$/, ''));
    return path.split('/').length * 10 + (at < 0 ? usual.length : at);
  };
  const paths = [...texts.keys()]
    .filter(
      (path) =>
        /^(?:\w+\/)*\w+\.py$/.test(path) &&
        !/(?:^|\/)(?:tests?|examples?|docs)\/|(?:^|\/)(?:test_|conftest)/.test(path),
    )
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  for (const path of paths) {
    const found = find(texts.get(path), pattern);
    if (found?.text === undefined) continue;
    const module = path
      .replace(/\.py$/, '')
      .replace(/\/__init__$/, '')
      .replaceAll('/', '.');
    return { module, name: found.text, from: `${path}:${found.line}` };
  }
  return null;
}

function node({ files, texts }: SourceView): Framework | null {
  const json = texts.get('package.json');
  const start = packageField(json, 'scripts', 'start');
  if (start !== undefined) {
    const line = find(json, /"start"\s*:/)?.line ?? 1;
    // npm passes no signal on: the command itself is kept better than through it.
    const plain = !/[|&;<>()$`]|(?:^|\s)(?:npm|yarn|pnpm|nodemon|cross-env|[A-Z_]+=)/.test(start);
    return { kind: 'node', run: plain ? start : 'npm start', from: `package.json:${line}, scripts.start` };
  }
  const main = packageField(json, 'main');
  const script = [main, 'server.js', 'app.js', 'index.js', 'server.mjs', 'index.mjs'].find(
    (path) => path !== undefined && files.includes(path) && /\.listen\(/.test(texts.get(path) ?? ''),
  );
  if (script === undefined) return null;
  const line = find(texts.get(script), /\.listen\(/)?.line ?? 1;
  return { kind: 'node', run: `node ${script}`, from: `${script}:${line}` };
}

function staticSite({ files }: SourceView): Framework | null {
  const page = [
    'index.html',
    'public/index.html',
    'dist/index.html',
    'build/index.html',
    'site/index.html',
    '_site/index.html',
  ].find((path) => files.includes(path));
  if (page === undefined) return null;
  const folder = page.replace(/\/?index\.html$/, '');
  const directory = folder === '' ? '' : ` --directory ${folder}`;
  return {
    kind: 'static',
    run: `python3 -m http.server {port} --bind 127.0.0.1${directory}`,
    from: `a static site, ${page}`,
    folder,
  };
}

/** The first match: its first group and its line, from 1. */
function find(text: string | undefined, pattern: RegExp): { text: string | undefined; line: number } | null {
  const match = pattern.exec(text ?? '');
  if (match === null || text === undefined) return null;
  return { text: match[1], line: text.slice(0, match.index).split('\n').length };
}
