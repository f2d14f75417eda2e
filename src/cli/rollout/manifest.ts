/** The manifest that `hearth rollout start` sends, from wherever the caller names it. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Manifest } from '../../rollout/index.js';
import { asFailure, CommandFailure } from '../failure.js';
import { type Io, withProgress } from '../io.js';

const lookMs = 30_000;

/** Throws a failure of one sentence where there is none. Whether its signature is right is for the nodes to say. */
export function readManifest(io: Io, address: string): Promise<Manifest> {
  return withProgress(io, `reading ${address}`, async () => {
    const isUrl = /^[a-z]+:\/\//.test(address);
    return !isUrl && (await isFile(address)) ? ofFile(address) : ofSource(io, address);
  });
}

async function ofFile(file: string): Promise<Manifest> {
  const { manifestJson, parseManifest } = await import('../../rollout/index.js');
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw asFailure(thrown, `${file} cannot be read`);
  });
  return parseManifest(manifestJson(bytes, file), resolve(file));
}

async function ofSource({ clock }: Io, address: string): Promise<Manifest> {
  const { openSource, ReleaseWeb } = await import('../../rollout/index.js');
  const web = new ReleaseWeb({ clock });
  const late = new AbortController();
  const cancel = clock.after(lookMs, () => late.abort());
  try {
    const looked = await openSource(address, { web }).look(late.signal);
    if (looked.kind === 'offer') return looked.manifest;
    throw new CommandFailure(`${address} offers no release.`);
  } finally {
    cancel();
    await web.stop();
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
