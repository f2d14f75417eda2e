/** `hearth functions` and `hearth nodes`: a table for people, JSON for scripts. */
import type { LambdaClient } from './api-client.js';
import { type Io, print, say, withProgress } from './io.js';
import { formatBytes, formatTable } from './table.js';

export async function listFunctions(io: Io, client: LambdaClient, json: boolean): Promise<void> {
  const functions = await withProgress(io, `asking ${client.endpoint}`, () => client.list());
  if (json) {
    print(io, JSON.stringify(functions, null, 2));
    return;
  }
  if (functions.length === 0) {
    say(io, 'no functions yet; deploy one with: hearth deploy PATH');
    return;
  }
  const rows = functions.map((item) => [
    item.FunctionName,
    item.Runtime ?? (item.PackageType === 'Image' ? 'image' : ''),
    item.Handler ?? '',
    `${item.MemorySize} MB`,
    `${item.Timeout} s`,
    formatBytes(item.CodeSize),
    item.LastModified.replace(/\.\d+\+0000$/, 'Z'),
  ]);
  const head = ['NAME', 'RUNTIME', 'HANDLER', 'MEMORY', 'TIMEOUT', 'CODE', 'CHANGED'];
  print(io, formatTable(head, rows));
}

export async function listNodes(io: Io, client: LambdaClient, json: boolean): Promise<void> {
  const cluster = await withProgress(io, `asking ${client.endpoint}`, () => client.cluster());
  if (json) {
    print(io, JSON.stringify(cluster, null, 2));
    return;
  }
  const rows = [...cluster.nodes]
    .sort((a, b) => rankKey(a.rank) - rankKey(b.rank))
    .map((node) => [
      node.rank < 0 ? '-' : node.rank,
      node.role,
      node.degraded ? `${node.status} (degraded)` : node.status,
      node.http,
      node.cluster,
      `${Math.round(node.load * 100)} %`,
      `${node.id.slice(0, 8)}${node.id === cluster.self ? ' (answers)' : ''}`,
    ]);
  print(io, formatTable(['RANK', 'ROLE', 'STATUS', 'HTTP', 'CLUSTER', 'LOAD', 'NODE'], rows));
  if (!cluster.quorum) {
    say(io, 'no majority of the voters answers: functions run, but nothing can be deployed.');
  }
}

/** Nodes without a rank (-1) stand last. */
function rankKey(rank: number): number {
  return rank < 0 ? Number.MAX_SAFE_INTEGER : rank;
}
