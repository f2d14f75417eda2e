/** What evaluating an expression may take, in one place. */

export const bounds = {
  /** Of what one field gives: the payload of a state (AWS: 256 KiB). */
  resultBytesMax: 256 * 1024,
  /** Characters of one expression. */
  expressionCharactersMax: 64 * 1024,
  /** What parsing one may cost (`parsingCost`), in a thread of its own: some 1.5 s... */
  parsingCostMax: 1024 * 1024,
  /** ...and on the thread that serves requests: 25 ms. */
  parsedHereMax: 16 * 1024,
  /** Parts of an expression inside one another: each is a few calls on the stack of whoever evaluates it. */
  nestingMax: 1000,
  /**
   * What an expression may take in the thread of the quick ones: most take less than one. What has not ended by the first
   * begins again in the other thread, and what hangs inside one step of the library by the second, with its thread.
   */
  quick: { evaluationMsMax: 50, stalledMsMax: 250, takesAlikeAlong: true },
  /** The same of the thread of the long ones, where it has failed then: told so by the library, or with its thread. */
  long: { evaluationMsMax: 1000, stalledMsMax: 2000, takesAlikeAlong: false },
  /** Expressions that were long, and for how long they are not tried among the quick ones again. */
  longOnesKept: 200,
  longOnesMs: 60_000,
  /** Evaluations inside evaluations: recursion of an expression's own functions. */
  depthMax: 5000,
  /** Items of one sequence: four times what fits into a result. */
  sequenceItemsMax: 500_000,
  /** How long a thread may take to begin: some 0.3 s on an idle machine. */
  beginningMsMax: 10_000,
  /** Old generation of one thread: some hundred times a result. */
  threadMemoryMb: 128,
  /** How long a thread goes on with what nobody waits for any more; then it is ended, which costs some 0.3 s of a new one. */
  givenUpMs: 20,
  /** Requests that a thread has at once, so that it need not wait for the next one. */
  sentMax: 8,
  /** Requests that wait for one thread, those that it has among them, and their bytes together. */
  waitingMax: 10_000,
  waitingBytesMax: 64 * 1024 * 1024,
  /** How long a request may wait for its turn. */
  waitingMsMax: 10_000,
  /** Parsed expressions that a thread keeps. */
  expressionsKept: 2000,
} as const;
