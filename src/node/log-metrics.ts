/** How the durable log stands on this node, as Prometheus text. */

import { single } from '../lib/index.js';
import type { LogStatus } from '../log/index.js';
import type { NodeId } from '../types/index.js';

/** Empty before the node has joined its cluster. */
export function logMetrics(status: LogStatus | null, self: NodeId | null): string {
  if (status === null) return '';
  const { state, term, voters, lastIndex, commitIndex, quorum, mute, diskFull } = status;
  return [
    ...single('gauge', 'hearth_log_term', term),
    ...single('gauge', 'hearth_log_leads', Number(state === 'leader')),
    ...single('gauge', 'hearth_log_quorum', Number(quorum)),
    ...single('gauge', 'hearth_log_voters', voters.length),
    ...single('gauge', 'hearth_log_votes', Number(self !== null && voters.includes(self))),
    ...single('gauge', 'hearth_log_last_index', lastIndex),
    ...single('gauge', 'hearth_log_commit_index', commitIndex),
    ...single('gauge', 'hearth_log_mute', Number(mute)),
    ...single('gauge', 'hearth_log_disk_full', Number(diskFull)),
    '',
  ].join('\n');
}
