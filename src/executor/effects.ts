/** What the pools want done, as data: the actor takes it and does it, in order. */
import type { SandboxNumber, StartReason, Ticket } from './pool.js';
import type { PoolClaim } from './told.js';

/**
 * `nothing-reserved`: the function may not run on this node. `no-memory`: the host has none to spare, and
 * nothing that runs could give some back.
 */
export type RefusalReason =
  | 'too-many-waiters'
  | 'waited-too-long'
  | 'nothing-reserved'
  | 'no-memory';

/**
 * `room`: another function needed the place. `memory`: the host runs short. `yielded`: one of a busy function,
 * for another that had waited in vain. `idle`: nobody has used it for long. `stale`: the function was changed.
 */
export type EndReason = 'room' | 'memory' | 'yielded' | 'idle' | 'stale';

export type Effect =
  | {
      readonly kind: 'start';
      readonly sandbox: SandboxNumber;
      /** The pool's name. */
      readonly functionName: string;
      readonly why: StartReason;
    }
  | { readonly kind: 'end'; readonly sandbox: SandboxNumber; readonly reason: EndReason }
  /** A busy one takes no further request, and ends when what it runs is done: another function waits. */
  | { readonly kind: 'yield'; readonly sandbox: SandboxNumber }
  | {
      readonly kind: 'run';
      readonly ticket: Ticket;
      readonly sandbox: SandboxNumber;
      readonly start: 'cold' | 'stolen';
      /** When it took its place: `released` wants to know. */
      readonly startedMs: number;
    }
  | {
      readonly kind: 'refuse';
      readonly ticket: Ticket;
      readonly reason: RefusalReason;
      /** The function runs as much as was reserved for it here. */
      readonly atShare: boolean;
      readonly retryAfterS: number;
    }
  /** No sandbox could be started, and this is why. */
  | { readonly kind: 'fail'; readonly ticket: Ticket; readonly error: unknown }
  /** The sandbox that was asked for by `warmUp` is there. */
  | { readonly kind: 'warmed'; readonly ticket: Ticket }
  /** What the other nodes are to know. */
  | { readonly kind: 'claim'; readonly claim: PoolClaim };
