/** Versions and aliases: what was acknowledged is there in the end, everywhere, and is the same everywhere. */
import type { RequestRecord, RunRecord, VersionRecord } from '../records.js';
import { describe, isDone } from './requests.js';
import { counted, resultOf } from './result.js';
import type { CheckResult } from './types.js';

export function deploysAreNotLost({ load, nodes }: RunRecord): CheckResult {
  const there = new Set(load.versions.map(({ node, ...rest }) => `${node} ${nameOf(rest)}`));
  const published = acknowledged(load.requests, 'publish');
  const broken: string[] = [];
  for (const request of published) {
    const name = nameOf(request);
    const lacking = numbers(nodes).filter((node) => !there.has(`${node} ${name}`));
    if (lacking.length === 0) continue;
    broken.push(`node ${lacking.join(', ')} lacks ${name}: ${describe(request, load.beganMs)}`);
  }
  return resultOf({
    id: 'deploys-are-not-lost',
    title: 'Every version whose publishing was acknowledged is in the end known to every node',
    counted: published.length,
    nothing: 'no publishing was acknowledged',
    broken,
    measured: `${counted(published.length, 'version')} acknowledged, looked for on ${counted(nodes, 'node')}`,
  });
}

export function switchesAreNotUndone({ load, nodes }: RunRecord): CheckResult {
  const switched = acknowledged(load.requests, 'switch');
  const newest = new Map<string, RequestRecord>();
  for (const request of switched) {
    const known = newest.get(request.functionName);
    if ((known?.version ?? 0) < (request.version ?? 0)) newest.set(request.functionName, request);
  }
  const points = new Map(
    load.aliases.map((alias) => [`${alias.node} ${alias.functionName}`, alias]),
  );
  const broken: string[] = [];
  for (const request of newest.values()) {
    for (const node of numbers(nodes)) {
      const version = points.get(`${node} ${request.functionName}`)?.version;
      if (version !== undefined && version >= (request.version ?? 0)) continue;
      const where = version === undefined ? 'has no alias' : `is at ${version}`;
      broken.push(
        `${request.functionName} on node ${node} ${where} after a switch to ${request.version}: ` +
          describe(request, load.beganMs),
      );
    }
  }
  return resultOf({
    id: 'switches-are-not-undone',
    title:
      'Every alias is in the end, on every node, at least where its last acknowledged switch has moved it',
    counted: switched.length,
    nothing: 'no switch was acknowledged',
    broken,
    measured: `${counted(switched.length, 'switch', 'es')} acknowledged of ${counted(newest.size, 'alias', 'es')}`,
  });
}

export function neverTwoVersionsForOneNumber({ load }: RunRecord): CheckResult {
  const labels = new Map<string, Map<string, string>>();
  const say = (name: string, label: string, who: string): void => {
    const known = labels.get(name) ?? new Map<string, string>();
    if (!known.has(label)) known.set(label, who);
    labels.set(name, known);
  };
  for (const { node, label, ...rest } of load.versions) say(nameOf(rest), label, `node ${node}`);
  for (const request of acknowledged(load.requests, 'publish')) {
    if (request.label !== null) say(nameOf(request), request.label, 'its publisher');
  }
  const broken = [...labels]
    .filter(([, known]) => known.size > 1)
    .map(([name, known]) => {
      const told = [...known].map(([label, who]) => `${label} to ${who}`);
      return `${name} is ${told.join(', and ')}`;
    });
  return resultOf({
    id: 'never-two-versions-for-one-number',
    title: 'A version number is the same version to every node and to whoever published it',
    counted: labels.size,
    nothing: 'no node tells of any version',
    broken,
    measured: `${counted(labels.size, 'version number')} compared`,
  });
}

function acknowledged(
  requests: readonly RequestRecord[],
  kind: 'publish' | 'switch',
): RequestRecord[] {
  return requests.filter((request) => request.kind === kind && isDone(request));
}

function nameOf({
  functionName,
  version,
}:
  | Pick<RequestRecord, 'functionName' | 'version'>
  | Omit<VersionRecord, 'node' | 'label'>): string {
  return `${functionName}:${version}`;
}

function numbers(nodes: number): number[] {
  return Array.from({ length: nodes }, (_, index) => index + 1);
}
