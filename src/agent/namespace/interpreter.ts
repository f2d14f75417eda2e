/**
 * An interpreter as it is found inside. Whatever lies below /usr is there anyway. Any other is put where
 * Lambda has its own, /var/lang, with as little of its installation as it runs with: a program that was
 * installed in somebody's home directory does not bring the home along.
 */
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists } from '../../lib/index.js';
import { argumentInside } from '../runtime-files.js';
import type { RuntimeCommand } from '../runtimes.js';
import type { View } from './command-line.js';

export interface Interpreter {
  /** Absolute, as seen inside. */
  readonly program: string;
  /** What has to be bound for it. */
  readonly views: readonly View[];
  /** A directory of its programs and one of its libraries, inside; empty where they are the usual ones. */
  readonly programs: readonly string[];
  readonly libraries: readonly string[];
}

const lang = '/var/lang';
const questionTimeoutMs = 10_000;
const askPrefix = 'import sys; print(sys.base_prefix)';
const found = new Map<string, Promise<Interpreter>>();

/** Where the interpreter of a host path is inside. Asked once of each. */
export function interpreterOf(hostPath: string): Promise<Interpreter> {
  let interpreter = found.get(hostPath);
  if (interpreter === undefined) {
    interpreter = look(hostPath);
    found.set(hostPath, interpreter);
    interpreter.catch(() => found.delete(hostPath));
  }
  return interpreter;
}

/** A runtime's command as it is run inside. */
export function commandInside(
  { program }: Interpreter,
  { args }: Pick<RuntimeCommand, 'args'>,
): string[] {
  return [program, ...args.map(argumentInside)];
}

async function look(hostPath: string): Promise<Interpreter> {
  const real = await realpath(hostPath);
  if (real.startsWith('/usr/')) {
    return { program: real, views: [], programs: [], libraries: [] };
  }
  const program = `${lang}/bin/${basename(real)}`;
  const views = [{ host: real, inside: program }];
  const prefix = basename(real).startsWith('python') ? await pythonPrefix(real) : null;
  if (prefix === null) return { program, views, programs: [`${lang}/bin`], libraries: [] };
  const library = join(prefix, 'lib');
  if (await exists(library)) views.push({ host: library, inside: `${lang}/lib` });
  return { program, views, programs: [`${lang}/bin`], libraries: [`${lang}/lib`] };
}

function pythonPrefix(python: string): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: questionTimeoutMs };
    execFile(python, ['-I', '-S', '-c', askPrefix], options, (error, stdout) => {
      const prefix = stdout.trim();
      resolve(error === null && prefix.startsWith('/') ? prefix : null);
    });
  });
}
