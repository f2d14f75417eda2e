/** Why the log does not do what it is asked, in words. */
import { HearthError, limits, type NodeId } from '../types/index.js';
import { timing } from './timing.js';
import type { Follower } from './types.js';

const look = 'the change may still happen, so look before you repeat it.';

export const refusals = {
  notLeader: () =>
    noQuorum(
      'This node does not lead the durable log at present, so it cannot take the change; try again.',
    ),
  transferring: () =>
    noQuorum('The lead of the durable log is being handed over; try again in a moment.'),
  changing: () =>
    noQuorum('An earlier change of the voters or the lead is not finished; try again in a moment.'),
  notCaughtUp: (id: NodeId) =>
    noQuorum(
      `The node ${id} does not follow the log closely enough to vote; try again in a moment.`,
    ),
  noVoter: (id: NodeId) => noQuorum(`The node ${id} has no vote, so it cannot lead the log.`),
  notTaken: () =>
    noQuorum('The node that was to lead the durable log did not take the lead; try again.'),
  badVoters: () =>
    new HearthError('invalid-parameter', 'Name one or more distinct nodes to be the voters.'),
  tooLarge: (bytes: number) =>
    new HearthError(
      'request-too-large',
      `A log entry of ${bytes} bytes is over the limit of ${limits.logEntryBytesMax}; send less.`,
    ),
  notStarted: () => noQuorum('The log of this node has not started yet; try again.'),
  stopping: () => new HearthError('draining', 'This node is stopping; ask another one.'),
  leadLost: () =>
    noQuorum(`This node lost the lead of the log before a majority answered; ${look}`),
  timedOut: () => noQuorum(`No majority answered within ${timing.requestTimeoutMs} ms; ${look}`),
  tooMany: () =>
    new HearthError(
      'too-many-requests',
      `Already ${limits.proposalsPendingMax} changes wait for the log of this node; try again in a moment.`,
    ),
} as const;

/** The first of the nodes that could not be counted on, as a refusal; null where all can. */
export function caughtUpRefusal(
  nodes: readonly NodeId[],
  followers: ReadonlyMap<NodeId, Follower>,
): HearthError | null {
  const missing = nodes.find((id) => {
    const follower = followers.get(id);
    return follower === undefined || !follower.caughtUp || follower.mute;
  });
  return missing === undefined ? null : refusals.notCaughtUp(missing);
}

function noQuorum(message: string): HearthError {
  return new HearthError('no-quorum', message);
}
