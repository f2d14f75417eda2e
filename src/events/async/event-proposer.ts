/** The proposer of events' commands. */
import { Proposer, type ProposerDeps } from '../../replication/index.js';
import type { NodeId } from '../../types/index.js';
import { type CommandResult, type EventCommand, encodeBatch, encodeCommand } from './command.js';
import type { EventsReplica } from './replica.js';

export type EventProposerDeps = Pick<
  ProposerDeps<EventCommand, CommandResult>,
  'propose' | 'reached' | 'nextTurn' | 'clock' | 'logger'
> & { readonly replica: EventsReplica; readonly self: () => NodeId };

const options = {
  what: 'asynchronous invocations',
  asksMax: 8192,
  askBytesMax: 32 * 1024 * 1024,
};

export function eventProposer(deps: EventProposerDeps): Proposer<EventCommand, CommandResult> {
  const { replica, self, clock } = deps;
  const known = (command: EventCommand): CommandResult | null => {
    if (command.kind !== 'submit') return null;
    const { id } = command;
    return replica.core.get(id) === undefined ? null : { kind: 'accepted', id, duplicate: false };
  };
  return new Proposer(
    {
      ...deps,
      answers: replica.answers,
      encodeCommand,
      encodeBatch: (commands) => encodeBatch(self(), clock.wallMs(), commands),
      known,
    },
    options,
  );
}
