/** Collects all garbage now: for tests of what is still held. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What one collection finds is freed by the next: finalizers, weak references. */
const collections = 3;

export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < collections; round++) collect();
}
