/** One start of one node, as a `member` entry of the log and the join messages carry it. */
import type { hearth } from '#proto/cluster';
import { type NodeId, nodeId } from '../types/index.js';

export interface NodeInfo {
  readonly id: NodeId;
  readonly generation: number;
  readonly http: string;
  readonly cluster: string;
  readonly release: string;
}

export function encodeNodeInfo(info: NodeInfo): Uint8Array {
  return Buffer.from(JSON.stringify(info));
}

export function decodeNodeInfo(data: Uint8Array): NodeInfo {
  return toNodeInfo(JSON.parse(Buffer.from(data).toString()));
}

/** Throws TypeError where the id is none. */
export function toNodeInfo(info: hearth.cluster.INodeInfo): NodeInfo {
  return {
    id: nodeId(info.id ?? ''),
    generation: info.generation ?? 0,
    http: info.http ?? '',
    cluster: info.cluster ?? '',
    release: info.release ?? '',
  };
}
