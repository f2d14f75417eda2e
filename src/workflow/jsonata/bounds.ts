/** What evaluating an expression may take, in one place. */

export const bounds = {
  /** Of what one field gives: the payload of a state (AWS: 256 KiB). */
  resultBytesMax: 256 * 1024,
  /** Characters of one expression: parsing as many takes a tenth of a second, on the thread that serves requests. */
  expressionCharactersMax: 64 * 1024,
  /** Characters that the parser may make of one by doubling parts of it. */
  doubledCharactersMax: 1024 * 1024,
  /** Parts of an expression inside one another: each is a few calls on the stack of whoever evaluates it. */
  nestingMax: 1000,
  /** An expression that has not ended by then is told so by the library itself... */
  evaluationMsMax: 1000,
  /** ...and one that hangs inside one step of it (a regular expression) by the end of its thread. */
  stalledMsMax: 2000,
  /** Evaluations inside evaluations: recursion of an expression's own functions. */
  depthMax: 5000,
  /** Items of one sequence: four times what fits into a result. */
  sequenceItemsMax: 500_000,
  /** How long a thread may take to begin: some 0.3 s on an idle machine. */
  beginningMsMax: 10_000,
  /** Old generation of one thread: some hundred times a result. */
  threadMemoryMb: 128,
  /** Threads of one node; the second is made while the first is held up. */
  threads: 2,
  /** From then on an evaluation holds up those behind it. */
  heldUpMs: 20,
  /** Requests that wait for one thread, those that it has among them, and their bytes together. */
  waitingMax: 10_000,
  waitingBytesMax: 64 * 1024 * 1024,
  /** How long a request may wait for its turn. */
  waitingMsMax: 10_000,
  /** Parsed expressions that a thread keeps. */
  expressionsKept: 2000,
} as const;
