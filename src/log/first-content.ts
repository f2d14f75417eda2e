/** What a log begins with. */
import type { NodeId } from '../types/index.js';
import { emptyContent, emptyHardState, type LogContent } from './storage/types.js';
import { encodeVoters } from './voters.js';

export function isEmpty({ hardState, entries, snapshot }: LogContent): boolean {
  return hardState.term === 0 && !hardState.mute && entries.length === 0 && snapshot === null;
}

/** A cluster begins with one voter, who has agreed with itself. */
export function foundingContent(self: NodeId): LogContent {
  const data = encodeVoters({ voters: [self], outgoing: [] });
  return {
    hardState: { term: 1, votedFor: self, commitIndex: 1, mute: false },
    snapshot: null,
    entries: [{ index: 1, term: 1, kind: 'voters', data }],
  };
}

/** Any other node: it knows nothing, and can not say what it may have promised in an earlier life. */
export const muteContent: LogContent = {
  ...emptyContent,
  hardState: { ...emptyHardState, mute: true },
};
