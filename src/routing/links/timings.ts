/** Every time that a peer link knows, with its reason. */

export interface LinkTimings {
  /** A link on which something was heard within this is used without asking. */
  readonly trustMs: number;
  /** What a request waits at most for a link: for a new one, or for a sign of life on an old one. */
  readonly patienceMs: number;
  /** How often links are looked at. */
  readonly watchEveryMs: number;
  /** A link with streams under way on which nothing was heard for this is asked whether it is there. */
  readonly quietMs: number;
  /** It is not used for new streams where it has not answered after this. */
  readonly quietAnswerMs: number;
  /**
   * Streams under way on a link that was asked and has said nothing for this are given up: longer than a node that
   * stands still takes to be called dead, and than TCP takes to get through where every fifth packet is lost.
   */
  readonly lostMs: number;
  /** The same where the peer is called dead: then silence and verdict agree. */
  readonly deadMs: number;
  /** Links that were not looked at for longer say nothing of the time beyond it: this node stood still. */
  readonly stallMs: number;
  /**
   * What comes on a link on which nothing was heard for this may be old, and its sender may have given it up: it is
   * asked before anything is run.
   */
  readonly doubtMs: number;
  /** A link without streams that was asked and has said nothing for this is retired: the next is dialled anew. */
  readonly abandonMs: number;
  /**
   * How long the other side may take to say that it opens no more streams either: one that is slow may have opened
   * some before it has heard of it, and they would be lost.
   */
  readonly goawayMs: number;
  /** A dial must be done by then, TLS included. */
  readonly dialMs: number;
  /** Who dials in must have proven to hold the secret by then. */
  readonly handshakeMs: number;
  /** The rest after a dial that failed, doubled with each further one up to the longest. */
  readonly restMs: number;
  readonly restMsMax: number;
}

export const linkTimings: LinkTimings = {
  trustMs: 20,
  patienceMs: 20,
  watchEveryMs: 50,
  quietMs: 100,
  quietAnswerMs: 100,
  lostMs: 5000,
  deadMs: 200,
  stallMs: 200,
  doubtMs: 250,
  abandonMs: 2000,
  goawayMs: 2000,
  dialMs: 1000,
  handshakeMs: 2000,
  restMs: 100,
  restMsMax: 1000,
};
