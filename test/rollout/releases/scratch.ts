/** What tests of releases share: a directory, a server of their own, a client, and how a refusal looks. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../src/lib/index.js';
import {
  newReleaseKeys,
  ReleaseWeb,
  signManifest,
  type WebOptions,
} from '../../../src/rollout/index.js';
import { type ErrorCode, HearthError } from '../../../src/types/index.js';

export const keys = newReleaseKeys();
export const digest = `sha256:${'a'.repeat(64)}`;

/** A signed manifest of this version. */
export function manifestOf(version: string, artifact = 'hearth.tgz') {
  return signManifest({ version, digest, formatLevel: 2, artifact }, keys.privateKey);
}

export async function scratch(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Serves until the test ends; resolves with `http://127.0.0.1:PORT`. */
export async function serving(context: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Impatient. */
export function releaseWeb(
  context: TestContext,
  options: Partial<WebOptions> = { answerMs: 600 },
): ReleaseWeb {
  const web = new ReleaseWeb({ clock: systemClock }, options);
  context.after(() => web.stop());
  return web;
}

/** Rejects with this code, in one sentence. */
export async function rejects(code: ErrorCode, text: RegExp, work: Promise<unknown>) {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof HearthError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    assert.match(error.message, /^[^\n]+\.$/, 'one sentence');
    return true;
  });
}

export const never: AbortSignal = new AbortController().signal;
