/** What state machines on the log have in common: how their commands are written, proposed together, and their work adopted. */
export {
  Adopter,
  type AdopterDeps,
  type AdopterOptions,
  type Adoption,
  adoptedAtOnce,
  takersOf,
} from './adopter.js';
export { Answers } from './answers.js';
export { type BatchHead, decodeTagged, encodeTagged } from './batch.js';
export { damaged, encodeFrame, type Frame, FrameSplitter, inParts } from './frames.js';
export {
  type BatchAnswers,
  type EncodedBatch,
  Proposer,
  type ProposerDeps,
  type ProposerOptions,
} from './proposer.js';
export { Shelf } from './shelf.js';
