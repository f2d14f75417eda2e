/**
 * A sandbox's environment in two parts. What runs outside, root among it, is started with nothing that any
 * program acts upon; the rest is set inside.
 */
import { isProvided, runtimeApiPort } from '../runtimes.js';
import type { Interpreter } from './interpreter.js';

type Variables = Readonly<Record<string, string>>;

const inert = /^HEARTH_/;

export function outerVariables(environment: Variables, runtime: string): Variables {
  const outer = Object.fromEntries(
    Object.entries(environment).filter(([name]) => inert.test(name)),
  );
  if (!isProvided(runtime)) return outer;
  return { ...outer, HEARTH_RUNTIME_API_PORT: runtimeApiPort };
}

export function innerVariables(environment: Variables, { libraries }: Interpreter): Variables {
  const inner = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !inert.test(name)),
  );
  if (libraries.length === 0) return inner;
  const paths = [...libraries, ...(inner.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean)];
  return { ...inner, LD_LIBRARY_PATH: paths.join(':') };
}
