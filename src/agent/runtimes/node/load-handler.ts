/**
 * From a handler's name to a function, by AWS's rules: `dir/file.export.nested` under the task root,
 * CommonJS or ES module.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './function-error.js';

export type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;
export type Callback = (error?: unknown, result?: unknown) => void;

const handlerShape = /^([^.]*)\.(.*)$/;

/**
 * `beforeImport` is called before an ES module is loaded. Throws RuntimeError where the name, the file or the export is
 * wrong, else what the module throws.
 */
export async function loadHandler(
  taskRoot: string,
  name: string,
  beforeImport: () => void,
): Promise<Handler> {
  if (name.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'..' is not valid in handler name '${name}'; use a path below the root of the code.`,
    );
  }
  const last = basename(name);
  const directory = name.slice(0, name.length - last.length);
  const [, moduleName, exportName] = handlerShape.exec(last) ?? [];
  if (!moduleName || !exportName) {
    throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  }
  const loaded = await loadModule(
    resolve(taskRoot, directory, moduleName),
    moduleName,
    beforeImport,
  );
  const handler = findExport(loaded, exportName);
  if (handler === undefined || handler === null) {
    throw new RuntimeError(
      'Runtime.HandlerNotFound',
      `${moduleName}.${exportName} is undefined or not exported`,
    );
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError(
      'Runtime.HandlerNotFound',
      `${moduleName}.${exportName} is not a function`,
    );
  }
  return handler as Handler;
}

async function loadModule(
  stem: string,
  moduleName: string,
  beforeImport: () => void,
): Promise<unknown> {
  const file = ['.js', '.mjs', '.cjs']
    .map((ending) => stem + ending)
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${moduleName}'`,
    );
  }
  try {
    return await importOrRequire(file, beforeImport);
  } catch (thrown) {
    throw asRuntimeError(thrown);
  }
}

/** `require` first: it is several times faster than `import`, and what CommonJS expects. */
async function importOrRequire(file: string, beforeImport: () => void): Promise<unknown> {
  if (!file.endsWith('.mjs')) {
    try {
      return createRequire(file)(file) as unknown;
    } catch (thrown) {
      const code = (thrown as { code?: unknown } | null)?.code;
      if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw thrown;
    }
  }
  beforeImport();
  return (await import(pathToFileURL(file).href)) as unknown;
}

function findExport(loaded: unknown, exportName: string): unknown {
  const path = exportName.split('.');
  const walk = (from: unknown): unknown =>
    path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], from);
  return walk(loaded) ?? walk((loaded as { default?: unknown } | undefined)?.default);
}

function asRuntimeError(thrown: unknown): unknown {
  if (thrown instanceof SyntaxError) {
    return new RuntimeError('Runtime.UserCodeSyntaxError', String(thrown), thrown.stack);
  }
  const code = (thrown as { code?: unknown } | null)?.code;
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    const error = thrown as Error;
    return new RuntimeError('Runtime.ImportModuleError', String(error), error.stack);
  }
  return thrown;
}
