/**
 * What is found in the code of a Node.js function: the module of the handler and what it reaches by relative
 * paths is checked for syntax, every script for dangers. Pure but for reading files; runs in a worker.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { basename, extname, join, posix } from 'node:path';
import { type CodeFiles, filesOf } from './files.js';
import { dangersOf } from './javascript-dangers.js';
import { exportsName } from './javascript-exports.js';
import { moduleRequests } from './javascript-requests.js';
import { lineOf, type ModuleKind, type Parsed, parseSource } from './javascript-source.js';
import { bounds, type CodeToInspect, type Finding, unseen } from './types.js';

const endings = ['.js', '.mjs', '.cjs'];
/** By the rules of `src/agent/runtimes/node/load-handler.ts`. */
const handlerShape = /^([^.]*)\.(.*)$/;
const checkTimeoutMs = 5000;

export function javascriptFindings(code: CodeToInspect): readonly Finding[] {
  return new JavaScriptCode(code).findings();
}

class JavaScriptCode {
  readonly #files: CodeFiles;
  readonly #present: ReadonlySet<string>;
  readonly #parsed = new Map<string, Parsed | null>();
  readonly #kinds = new Map<string, ModuleKind>();
  readonly #findings: Finding[] = [];
  #bytes = 0;
  #skipped = 0;

  constructor(private readonly code: CodeToInspect) {
    this.#files = filesOf(code.directory);
    this.#present = new Set(this.#files.paths);
  }

  findings(): readonly Finding[] {
    const { wanted, handler } = this.code;
    if (wanted.broken && handler !== '') this.#checkHandler();
    if (wanted.dangerous) this.#lookForDangers();
    if (wanted.dangerous && (this.#skipped > 0 || this.#files.cut)) {
      const message = 'there is more code than is looked at, or in larger files';
      this.#findings.push(unseen(message));
    }
    return this.#findings.slice(0, bounds.findingsMax);
  }

  #checkHandler(): void {
    const { handler, hasLayers } = this.code;
    const last = basename(handler);
    const [, module = '', exported = ''] = handlerShape.exec(last) ?? [];
    const directory = handler.slice(0, handler.length - last.length);
    if (module === '' || exported === '' || handler.includes('..')) {
      this.#broken('handler', handler, 0, `'${handler}' names no handler, as index.handler would`);
      return;
    }
    const stem = posix.normalize(posix.join(directory, module));
    const file = endings.map((ending) => stem + ending).find((path) => this.#present.has(path));
    if (file === undefined) {
      // a wrapper's handler lies in its layer
      if (hasLayers || handler.startsWith('/') || this.#files.cut) return;
      this.#broken('handler', `${stem}.js`, 0, `there is no such file for the handler ${handler}`);
      return;
    }
    const parsed = this.#reach(file);
    const name = exported.split('.')[0] ?? '';
    if (parsed !== null && exportsName(parsed, name) === 'no') {
      this.#broken(
        'handler',
        file,
        0,
        `nothing named '${name}' is exported for the handler ${handler}`,
      );
    }
  }

  /** Parses a file and what it reaches; null where it cannot be. */
  #reach(first: string): Parsed | null {
    const reached = new Set([first]);
    for (const file of reached) {
      const parsed = this.#parse(file, true);
      if (parsed === null) continue;
      for (const { specifier } of moduleRequests(parsed.tree)) {
        const target = this.#resolve(file, specifier);
        if (target !== undefined) reached.add(target);
      }
    }
    return this.#parsed.get(first) ?? null;
  }

  /** A relative path that names a script of the code; packages are other people's. */
  #resolve(from: string, specifier: string): string | undefined {
    if (!/^\.\.?\//.test(specifier)) return undefined;
    const path = posix.join(posix.dirname(from), specifier);
    const named = [path, ...endings.map((ending) => path + ending), `${path}/index.js`];
    return named.find((each) => this.#present.has(each) && endings.includes(extname(each)));
  }

  /** A file that is loaded by its whole name: Node.js takes any ending but two for that of a script. */
  #otherScript(from: string, specifier: string): string | undefined {
    if (!/^\.\.?\//.test(specifier) || /\.(?:json|node)$/.test(specifier)) return undefined;
    const path = posix.join(posix.dirname(from), specifier);
    return this.#present.has(path) ? path : undefined;
  }

  #lookForDangers(): void {
    const scripts = new Set<string>();
    for (const file of this.#files.paths) {
      if (endings.includes(extname(file))) scripts.add(file);
      if (!file.endsWith('.node')) continue;
      const message = 'is native code';
      this.#findings.push({ kind: 'dangerous', rule: 'native', file, line: 0, message });
    }
    for (const file of scripts) {
      const parsed = this.#parse(file, false);
      if (parsed === null) continue;
      try {
        this.#findings.push(...dangersOf(parsed.tree, file));
        for (const { specifier } of moduleRequests(parsed.tree)) {
          const other = this.#otherScript(file, specifier);
          if (other !== undefined) scripts.add(other);
        }
      } catch {
        this.#unreadable(file, 'is nested too deep to be looked at');
      }
      // trees of whole packages are not kept
      this.#parsed.delete(file);
      if (this.#findings.length >= bounds.findingsMax) return;
    }
  }

  #parse(file: string, isReached: boolean): Parsed | null {
    const known = this.#parsed.get(file);
    if (known !== undefined) return known;
    const text = this.#read(file);
    let parsed: Parsed | null = null;
    if (text !== null) {
      try {
        parsed = parseSource(text, this.#kindOf(file));
      } catch (thrown) {
        if (thrown instanceof RangeError)
          this.#unreadable(file, 'is nested too deep to be looked at');
        else if (isReached) this.#wrong(file, thrown);
        else if (this.code.wanted.dangerous)
          this.#unreadable(file, 'is no JavaScript that is known');
      }
    }
    this.#parsed.set(file, parsed);
    return parsed;
  }

  /** Node.js itself has the last word: it may know syntax that the parser does not. */
  #wrong(file: string, thrown: unknown): void {
    const path = join(this.code.directory, file);
    const { status } = spawnSync(process.execPath, ['--check', path], {
      timeout: checkTimeoutMs,
      stdio: 'ignore',
      env: {},
    });
    if (status === 0) return;
    const said = thrown instanceof Error ? thrown.message.replace(/ \(\d+:\d+\)$/, '') : 'wrong';
    this.#broken('syntax', file, lineOf(thrown), said);
  }

  #read(file: string): string | null {
    const path = join(this.code.directory, file);
    const { size } = statSync(path);
    this.#bytes += size;
    const tooMuch =
      size > bounds.fileBytesMax ||
      this.#bytes > bounds.bytesMax ||
      this.#parsed.size >= bounds.filesMax;
    if (!tooMuch) return readFileSync(path, 'utf8');
    this.#skipped++;
    return null;
  }

  /** By the file's ending and the nearest package.json. https://nodejs.org/api/packages.html */
  #kindOf(file: string): ModuleKind {
    if (file.endsWith('.mjs')) return 'module';
    if (file.endsWith('.cjs')) return 'commonjs';
    const directory = posix.dirname(file);
    const known = this.#kinds.get(directory);
    if (known !== undefined) return known;
    const kind = this.#kindOfDirectory(directory);
    this.#kinds.set(directory, kind);
    return kind;
  }

  #kindOfDirectory(directory: string): ModuleKind {
    const manifest = directory === '.' ? 'package.json' : `${directory}/package.json`;
    if (this.#present.has(manifest)) {
      const path = join(this.code.directory, manifest);
      if (statSync(path).size > bounds.fileBytesMax) return 'either';
      try {
        const { type } = JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown };
        return type === 'module' ? 'module' : type === 'commonjs' ? 'commonjs' : 'either';
      } catch {
        return 'either';
      }
    }
    if (directory === '.' || posix.basename(directory) === 'node_modules') return 'either';
    return this.#kindOf(directory);
  }

  #broken(rule: string, file: string, line: number, message: string): void {
    this.#findings.push({ kind: 'broken', rule, file, line, message });
  }

  #unreadable(file: string, message: string): void {
    this.#findings.push({ ...unseen(message), file });
  }
}
