/** The manifest that `hearth rollout start` sends, from wherever the caller names it. */
import { readFile } from 'node:fs/promises';
import { asFailure } from '../failure.js';
import { type Io, withProgress } from '../io.js';

/** Throws a failure of one sentence where there is none. */
export async function readManifest(io: Io, address: string): Promise<unknown> {
  return withProgress(io, `reading ${address}`, async () => {
    try {
      return JSON.parse(await readFile(address, 'utf8'));
    } catch (thrown) {
      throw asFailure(thrown, `${address} holds no manifest`);
    }
  });
}
