/** The processes of a node's sandboxes: each carries its sandbox's id, which begins with the name of the node's runtime directory. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { containerManifest, sandboxManifest } from '../../../src/types/index.js';

/** Of the node that keeps its data there. Only root, and the node's own user, may look. */
export function sandboxPids(data: string): number[] {
  const names = [sandboxManifest, containerManifest].flatMap((file) => runtimeOf(join(data, file)));
  if (names.length === 0) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const id = /(?:^|\0)HEARTH_SANDBOX_ID=([^\0]*)/.exec(read(`/proc/${pid}/environ`))?.[1] ?? '';
      return names.some((name) => id.startsWith(`${name}-`));
    })
    .map(Number);
}

function runtimeOf(manifest: string): string[] {
  const text = read(manifest);
  return text === '' ? [] : [basename(JSON.parse(text).runtimeDir)];
}

/** Empty where there is nothing, or it has just gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
