/** The two nodes of the benchmark, as their links and their gRPC see them. */

import type { ClusterView, NodeView } from '../../src/types/index.js';
import { nodeId } from '../../src/types/index.js';

export const callerId = nodeId('a'.repeat(32));
export const calledId = nodeId('b'.repeat(32));

/** Both alive; only the called one is ever dialled. */
export function viewOf(calledPort: number): ClusterView {
  const node = (id: typeof callerId, rank: number, http: string): NodeView => ({
    id,
    rank,
    role: rank === 0 ? 'master' : 'replica',
    status: 'alive',
    http,
    cluster: http,
    release: 'bench',
    joinedAt: rank + 1,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  });
  return {
    self: callerId,
    master: callerId,
    leader: null,
    term: 1,
    quorum: true,
    voters: [callerId],
    nodes: [node(callerId, 0, '127.0.0.1:1'), node(calledId, 1, `127.0.0.1:${calledPort}`)],
  };
}

/** One gRPC method whose messages are bytes as they are: the least that gRPC can do for a call. */
export const grpcPath = '/hearth.bench.Echo/Call';
/** Those of the channels between nodes (`src/cluster`). */
export const grpcOptions = {
  'grpc.ssl_target_name_override': 'hearth',
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.keepalive_time_ms': 2000,
  'grpc.keepalive_timeout_ms': 3000,
};
export const same = (bytes: Buffer): Buffer => bytes;
