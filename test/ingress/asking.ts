/** A function with a version and an alias, and requests about what hangs on them: each answer as status and body. */
import { createBody, functions, type Harness, makeHarness } from './harness.js';

export const arn = 'arn:aws:lambda:us-east-1:123456789012:function';
export const notFound = (Message: string) => [404, { Type: 'User', Message }];
export const invalid = (message: string) => [400, { Type: 'User', message }];
export const violated = (value: string, at: string, constraint: string) => [
  400,
  {
    message: `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must ${constraint}`,
  },
];

/** `f` has the version 1, and the alias `live` that points to it; `g` stands beside it. */
export async function asking(): Promise<{
  harness: Harness;
  ask: (method: string, path: string, body?: unknown) => Promise<unknown>;
}> {
  const harness = makeHarness();
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await harness.call(method, path, body === undefined ? {} : { body });
    return answer.body.length === 0 ? [answer.status] : [answer.status, answer.json()];
  };
  await ask('POST', functions, createBody('f', { Publish: true }));
  await ask('POST', functions, createBody('g'));
  await ask('POST', `${functions}/f/aliases`, { Name: 'live', FunctionVersion: '1' });
  return { harness, ask };
}

/** Has something else happen just before the next write of what hangs on a function. */
export function interrupted({ catalog }: Harness): (first: () => Promise<unknown>) => void {
  const attach = catalog.attach.bind(catalog);
  let next: (() => Promise<unknown>) | null = null;
  catalog.attach = async (...given) => {
    const first = next;
    next = null;
    await first?.();
    return attach(...given);
  };
  return (first) => {
    next = first;
  };
}
