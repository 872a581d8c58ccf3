import type {
  NginxErrorPage,
  NginxFacts,
  NginxHandling,
  NginxLocation,
  NginxServer,
} from '../../facts/facts.js';
import type { Choose } from './choices.js';
import { findLocation } from './location.js';
import { resolvePass, upstreamPath } from './pass.js';
import { runRules, type Ruling } from './rules.js';
import { takeNameGroups } from './name-groups.js';
import { expand, matches, type Known } from './values.js';
import { ownVariable } from './variables.js';
import { decoded, namesSetBy, type Request, type UnderWay, type Way } from './request.js';

/** nginx’s own bound of redirects within one request. */
const mostChanges = 10;

/** One request through one server, phase by phase as nginx takes it. */
export class Walk implements UnderWay {
  uri: string | null;
  args: string | null;
  isInternal = false;
  isInPlace = false;
  readonly known: Known;
  /** undefined: what no location takes. */
  private location: NginxLocation | undefined;
  private handling: NginxHandling = {};
  private changesLeft = mostChanges;
  private hadErrorPage = false;
  private isFallback = false;
  /** The status that an error page leaves as it was. */
  private kept: number | undefined;

  constructor(
    private readonly nginx: NginxFacts,
    private readonly server: NginxServer,
    readonly request: Request,
    private readonly choose: Choose,
  ) {
    const { path } = request;
    const mark = path?.indexOf('?') ?? -1;
    this.uri = path === null ? null : decoded(mark < 0 ? path : path.slice(0, mark));
    this.args = path === null ? null : mark < 0 ? '' : path.slice(mark + 1);
    this.known = {
      maps: nginx.maps ?? [],
      variables: new Map(namesSetBy(server).map((name) => [name, ''])),
      groups: [],
      own: (name) => ownVariable(name, this, server, this.rootOf()),
      choose,
    };
    takeNameGroups(server, request.name, this.known);
  }

  run(): Way {
    return this.marked(this.fromServer());
  }

  runIn(location: NginxLocation): Way {
    const stopped = this.serverRules();
    if (stopped !== undefined) return this.marked(stopped);
    // An expression’s own groups are not known without a path.
    if (location.modifier.startsWith('~')) this.known.groups = null;
    this.isInternal = true;
    return this.marked(this.enter(location));
  }

  private marked(way: Way): Way {
    const isAnswer = way.to === 'files' || way.to === 'backends' || (way.to === 'status' && way.status < 300);
    const isKept = this.kept !== undefined && isAnswer;
    return {
      ...way,
      ...(isKept ? { status: this.kept } : {}),
      ...(this.isFallback ? { fallback: true } : {}),
    };
  }

  private fromServer(): Way {
    return this.serverRules() ?? this.find();
  }

  private serverRules(): Way | undefined {
    this.location = undefined;
    this.handling = this.server.locations.find(({ implied }) => implied)?.handles ?? {};
    const ruling = runRules(this.server.rules ?? [], this);
    return ruling.kind === 'stop' ? this.finish(ruling) : undefined;
  }

  private find(): Way {
    const { uri } = this;
    if (uri === null) return { to: 'unknown', why: 'which path is looked for depends on the request' };
    const found = findLocation(this.server, uri, (source, ignoreCase) =>
      matches(source, ignoreCase, uri, this.known),
    );
    if (found.unknown !== undefined) return { to: 'unknown', why: found.unknown };
    if (found.redirects === true && (found.location.handles?.internal !== true || this.isInternal))
      return { to: 'status', status: 301, location: found.location.pattern + this.query() };
    return this.enter(found.location ?? undefined);
  }

  /** Rules, access, try_files and what answers, of one location. */
  private enter(location: NginxLocation | undefined): Way {
    this.location = location;
    this.handling = location?.handles ?? {};
    if (this.handling.internal === true && !this.isInternal) return this.status(404);
    if (location !== undefined && location.implied !== true) {
      const ruling = runRules(this.handling.rules ?? [], this);
      if (ruling.kind === 'stop') return this.finish(ruling);
      if (ruling.handles !== undefined) this.handling = ruling.handles;
      if (ruling.kind === 'changed') {
        this.changesLeft -= 1;
        return this.changesLeft <= 0 ? { to: 'status', status: 500 } : this.find();
      }
    }
    if (this.handling.limited !== undefined) this.handling = { ...this.handling, ...this.handling.limited };
    return this.access() ?? this.tryFiles() ?? this.content();
  }

  private finish({ status, to }: Extract<Ruling, { kind: 'stop' }>): Way {
    if (to !== undefined) return { to: 'status', status, location: to };
    return this.status(status);
  }

  private access(): Way | undefined {
    const { closed, opaque } = this.handling;
    if (opaque !== undefined) return { to: 'unknown', why: `${opaque} decides` };
    if (closed === 'all') return this.status(403);
    return closed === 'some' && this.choose('is let in', 2) === 1 ? this.status(403) : undefined;
  }

  private tryFiles(): Way | undefined {
    const { tryFiles = [] } = this.handling;
    for (const entry of tryFiles.slice(0, -1)) {
      const isFolder = entry.endsWith('/');
      const path = expand(isFolder ? entry.slice(0, -1) : entry, this.known);
      if (path !== null && path.endsWith('/') && !isFolder) continue;
      if (!this.isThere(`${path ?? `${this.uri ?? '?'} ${entry}`}${isFolder ? '/' : ''}`)) continue;
      this.uri = path === null ? null : `${path}${isFolder && !path.endsWith('/') ? '/' : ''}`;
      return undefined;
    }
    const last = tryFiles.at(-1);
    return last === undefined ? undefined : this.goTo(last);
  }

  /** `@app`, `=404`, `/index.php?q=$uri`. */
  private goTo(target: string): Way {
    if (target.startsWith('=')) return this.status(Number(target.slice(1)));
    if (target.startsWith('@')) return this.named(target);
    const to = expand(target, this.known);
    return this.redirect(to);
  }

  private named(name: string): Way {
    this.changesLeft -= 1;
    const location = this.server.locations.find((one) => one.modifier === '@' && one.pattern === name);
    if (location === undefined || this.changesLeft <= 0) return { to: 'status', status: 500 };
    this.isInternal = true;
    return this.enter(location);
  }

  /** Within nginx: the server’s own rules hold again. */
  private redirect(to: string | null): Way {
    this.changesLeft -= 1;
    if (this.changesLeft <= 0) return { to: 'status', status: 500 };
    if (to === null) return { to: 'unknown', why: 'a redirect within nginx depends on the request' };
    const mark = to.indexOf('?');
    this.uri = mark < 0 ? to : to.slice(0, mark);
    this.args = mark < 0 ? '' : to.slice(mark + 1);
    this.isInternal = true;
    return this.fromServer();
  }

  private content(): Way {
    const { pass, answers, root } = this.handling;
    if (pass !== undefined) return this.handOn(pass);
    if (answers === true) return { to: 'status', status: 200 };
    if (
      this.location !== undefined &&
      this.location.backends.length > 0 &&
      this.location.handles === undefined
    )
      return this.handOn({
        by: 'proxy_pass',
        text: '',
        backends: this.location.backends,
        where: this.location.where,
      });
    const files: Way = { to: 'files', root: root ?? this.rootOf(), uri: this.uri };
    if (this.uri === null) return this.isThere(`any of ${root ?? ''}`) ? files : this.status(404);
    if (!this.uri.endsWith('/')) return this.isThere(this.uri) ? files : this.status(404);
    for (const name of this.handling.index ?? ['index.html']) {
      const index = expand(name, this.known);
      if (index?.startsWith('/') === true) return this.redirect(index);
      const path = index === null ? null : this.uri + index;
      if (this.isThere(path ?? `${this.uri}?`)) return this.redirect(path);
      // nginx looks for no further name then.
      if (this.isNoFolder()) return this.status(404);
    }
    return this.status(this.isNoFolder() ? 404 : 403);
  }

  private handOn(pass: NonNullable<NginxHandling['pass']>): Way {
    const isDown = this.pageFor(502) !== undefined && this.choose('nobody answers', 2) === 1;
    if (isDown) {
      this.isFallback = true;
      return this.status(502);
    }
    const { location } = this;
    const { backends, unknown } = resolvePass(pass, this.nginx, this.known);
    if (backends === undefined || location === undefined) return { to: 'unknown', why: unknown ?? pass.text };
    return { to: 'backends', backends, pass, location, path: upstreamPath(pass, location, this) };
  }

  private status(status: number): Way {
    const page = status >= 300 ? this.pageFor(status) : undefined;
    if (page === undefined) return { to: 'status', status };
    if (this.handling.recursive !== true) this.hadErrorPage = true;
    this.kept = page.keeps === true ? status : undefined;
    if (page.to.startsWith('@') || page.to.startsWith('/')) return this.goTo(page.to);
    const to = expand(page.to, this.known);
    if (to?.startsWith('/') === true) return this.redirect(to);
    return { to: 'status', status: 302, ...(to === null ? {} : { location: to }) };
  }

  private pageFor(status: number): NginxErrorPage | undefined {
    if (this.hadErrorPage || this.changesLeft <= 0) return undefined;
    return this.handling.errorPages?.find(({ codes }) => codes.includes(status));
  }

  private isThere(path: string): boolean {
    return this.choose(`${this.rootOf()} ${path}`, 2) === 1;
  }

  private isNoFolder(): boolean {
    return this.choose(`no folder ${this.rootOf()} ${this.uri ?? '?'}`, 2) === 1;
  }

  private rootOf(): string {
    return this.handling.root ?? this.location?.root ?? this.server.root ?? '';
  }

  private query(): string {
    return this.args === null || this.args === '' ? '' : `?${this.args}`;
  }
}
