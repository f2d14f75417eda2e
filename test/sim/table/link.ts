/** What a link does to a message. Delays are bounded, so that bounds of convergence can be stated. */

export interface TableLink {
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** Share of the messages that never arrive, 0 to 1. */
  readonly loss: number;
  /** Share of the messages that arrive twice, 0 to 1. */
  readonly duplication: number;
  /** Whether none overtakes another from the same sender, as on a stream. */
  readonly ordered: boolean;
}

export const calmLink: TableLink = {
  delayMsMin: 0.2,
  delayMsMax: 2,
  loss: 0,
  duplication: 0,
  ordered: false,
};
