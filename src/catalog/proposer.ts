/** Commands on their way through the log, and what this node's copy of the catalogue says came of them. */
import { type Clock, randomUuid } from '../lib/index.js';
import { HearthError, limits } from '../types/index.js';
import { type Command, encodeCommand } from './command.js';
import type { CatalogReplica } from './replica.js';
import type { CommandResult } from './result.js';

/** What the catalogue needs of the durable log. */
export interface CatalogLog {
  /** Resolves with the index of the committed command. Throws `no-quorum`. */
  propose(command: Uint8Array): Promise<number>;
  /** The index that a read must wait for; null where no leader answers in time. */
  readIndex(): Promise<number | null>;
}

/** The command took effect, or had nothing to do. */
export type Settled = Exclude<CommandResult, { readonly kind: 'refused' }>;

export class Proposer {
  /** `timeoutMs`: how long this node may take to apply what was committed. */
  constructor(
    private readonly deps: { readonly log: CatalogLog; readonly clock: Clock },
    private readonly replica: CatalogReplica,
    private readonly timeoutMs: number,
  ) {}

  /** Throws `request-too-large`, `no-quorum`, and what the command was refused with. */
  async propose(command: Command): Promise<Settled> {
    const data = encodeCommand(command);
    if (data.length > limits.logEntryBytesMax) {
      throw new HearthError(
        'request-too-large',
        `The settings of the function are ${data.length} bytes long, more than ${limits.logEntryBytesMax}; make them smaller.`,
      );
    }
    const propose = (): Promise<number> => this.deps.log.propose(data);
    return settled(await this.replica.answerTo(command.id, propose, this.timeoutMs));
  }

  /** What a change of a function carries along. */
  stamp(): { revisionId: string; lastModified: string } {
    const lastModified = new Date(this.deps.clock.wallMs()).toISOString().replace('Z', '+0000');
    return { revisionId: randomUuid(), lastModified };
  }
}

/** Throws what a command was refused with. */
export function settled(result: CommandResult): Settled {
  if (result.kind !== 'refused') return result;
  throw new HearthError(result.code, result.message);
}
