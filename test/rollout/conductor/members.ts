/** Members as conductors see them. */
import { type NodeView, nodeId } from '../../../src/types/index.js';

export function member(number: number, release = '0.2.0', more: Partial<NodeView> = {}): NodeView {
  return {
    id: nodeId(String(number).padStart(32, '0')),
    rank: number - 1,
    role: number === 1 ? 'master' : 'worker',
    status: 'alive',
    http: `node-${number}:80`,
    cluster: `node-${number}:90`,
    release,
    joinedAt: 10 * number,
    cohort: 0,
    degraded: false,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    ...more,
  };
}
