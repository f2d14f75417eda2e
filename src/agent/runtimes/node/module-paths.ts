/**
 * The modules of layers: `NODE_PATH` comes with the function, when Node.js has long read its own, and Node.js
 * follows it in `require` alone. On Lambda `import` finds modules of layers too.
 */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface ResolveContext {
  readonly parentURL?: string | undefined;
}
type NextResolve = (specifier: string, context?: ResolveContext) => unknown;
/** Node.js 22.15 and newer: hooks in the same thread, at no cost. */
interface ModuleHooks {
  _initPaths(): void;
  registerHooks?(hooks: {
    resolve(specifier: string, context: ResolveContext, next: NextResolve): unknown;
  }): void;
}

const nothing = () => undefined;

/**
 * Has modules found on `NODE_PATH`. Gives what is to be called before an ES module is loaded: on Node.js 20
 * hooks cost a thread, some 40 ms, which only a function that needs them is to pay.
 */
export function followNodePath(nodePath: string | undefined): () => void {
  if (!nodePath) return nothing;
  const hooks = module as unknown as ModuleHooks;
  hooks._initPaths();
  const parents = nodePath
    .split(delimiter)
    .filter((path) => basename(path) === 'node_modules' && existsSync(path))
    .map((path) => pathToFileURL(join(dirname(path), 'of-a-layer.js')).href);
  if (parents.length === 0) return nothing;
  if (hooks.registerHooks !== undefined) {
    hooks.registerHooks({
      resolve: (specifier, context, next) => resolveBeside(specifier, context, next, parents),
    });
    return nothing;
  }
  return () => {
    const parameters = `const parents = ${JSON.stringify(parents)};`;
    const code = `${parameters} ${resolveInThread}`;
    module.register(`data:text/javascript,${encodeURIComponent(code)}`);
  };
}

function resolveBeside(
  specifier: string,
  context: ResolveContext,
  next: NextResolve,
  parents: readonly string[],
): unknown {
  try {
    return next(specifier, context);
  } catch (thrown) {
    if (!isBareAndMissing(specifier, thrown)) throw thrown;
    for (const parentURL of parents) {
      try {
        return next(specifier, { ...context, parentURL });
      } catch {
        // perhaps beside the next one
      }
    }
    throw thrown;
  }
}

function isBareAndMissing(specifier: string, thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code;
  return code === 'ERR_MODULE_NOT_FOUND' && !/^(\.|\/|[a-z]+:)/.test(specifier);
}

/** `resolveBeside` once more, as the text of a module: hooks in a thread can be no closure. */
const resolveInThread = `
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (thrown) {
    if (thrown?.code !== 'ERR_MODULE_NOT_FOUND' || /^(\\.|\\/|[a-z]+:)/.test(specifier)) throw thrown;
    for (const parentURL of parents) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch {}
    }
    throw thrown;
  }
}`;
