/** The cluster pages under `/_hearth/`: health, the cluster as this node sees it, metrics. */
import type { ClusterView } from '../../types/index.js';
import type { Health } from '../deps.js';
import { jsonReply, type Reply } from '../http/http.js';

/** 200 where the node takes requests, 503 with the reason where it does not. */
export function healthPage(health: Health): Reply {
  const ok = health.status === 'ok';
  return jsonReply(ok ? 200 : 503, health, { 'cache-control': 'no-store' });
}

/** The members that the contract names, in its order, and what is beyond it after them. */
export function clusterPage(view: ClusterView): Reply {
  const { self, master, term, quorum } = view;
  const nodes = view.nodes.map(
    ({ id, rank, role, status, http, cluster, release, joinedAt, ...state }) => ({
      id,
      rank,
      role,
      status,
      http,
      cluster,
      release,
      joinedAt,
      load: state.load,
      degraded: state.degraded,
      waiting: state.waiting,
      freeMemoryMb: state.freeMemoryMb,
      cohort: state.cohort,
    }),
  );
  // last: of this node alone, for who is on its machine
  const page = { self, master, term, quorum, nodes, leader: view.leader, process: process.pid };
  return jsonReply(200, page, { 'cache-control': 'no-store' });
}

export function metricsPage(text: string): Reply {
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  return { status: 200, headers: { 'content-type': type }, body: text };
}
