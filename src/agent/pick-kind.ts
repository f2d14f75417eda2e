/** Which kind of sandbox a node makes: the strongest that works on this host, or the one asked for. */
import { systemClock, systemRandom } from '../lib/index.js';
import type { SandboxKind } from '../types/index.js';
import { DockerDriver } from './docker/driver.js';
import type { SandboxDriver } from './driver.js';
import { noLogs } from './logs/index.js';
import { probeNamespaces } from './namespace/index.js';
import type { SandboxesDeps } from './sandboxes.js';

export interface PickedKind {
  readonly kind: SandboxDriver['kind'];
  /** For people, one sentence without a full stop: why this one. */
  readonly reason: string;
}

/**
 * Namespaces before Docker: the same walls and a system call filter of our own, some 10 ms more than a process where a
 * container takes some 300, and no daemon that can fail. Tries what it names; never rejects.
 */
export async function pickSandboxKind(
  asked: SandboxKind,
  { logger }: Pick<SandboxesDeps, 'logger'>,
  dockerSocket?: string,
): Promise<PickedKind> {
  if (asked !== 'auto') return { kind: asked, reason: 'asked for' };
  const namespaces = await probeNamespaces();
  if (namespaces.works)
    return { kind: 'namespace', reason: 'the strongest kind, and it works here' };
  const without = `no namespaces: ${withoutStop(namespaces.reason)}`;
  const docker = await probeDocker(logger, dockerSocket);
  if (docker.works) return { kind: 'docker', reason: `${docker.summary} (${without})` };
  return { kind: 'process', reason: `${without}; no Docker: ${withoutStop(docker.reason)}` };
}

/** What users of the kind should know before they run code that they do not trust; null where nothing. */
export function warningOf(kind: SandboxDriver['kind']): string | null {
  if (kind !== 'process') return null;
  return (
    'sandboxes are plain processes: they isolate nothing, and functions can read and do whatever this ' +
    'node can; run only code that you trust, or install bubblewrap or Docker'
  );
}

async function probeDocker(logger: SandboxesDeps['logger'], socketPath: string | undefined) {
  try {
    const deps = { clock: systemClock, logger, logs: noLogs, random: systemRandom() };
    return await new DockerDriver(deps, { manifestPath: '', socketPath }).probe();
  } catch (error) {
    return { works: false, reason: (error as Error).message } as const;
  }
}

function withoutStop(sentence: string): string {
  return sentence.replace(/[.;]$/, '');
}
