/** Clock, randomness, logs, the actor loop, deadlines: the only folder that touches timers and chance. */
export { Cancellation } from './cancellation.js';
export { checkedLookup, checkHost, RefusedAddressError } from './checked-address.js';
export { type Clock, SimulatedClock, systemClock } from './clock.js';
export { DataLock, type LockHolder, readDataLock } from './data-lock.js';
export { type DeadlineKey, DeadlineQueue } from './deadline-queue.js';
export { embeddedJson, jsonObject } from './embedded-json.js';
export { errnoOf, isNoRoom, reasonOf } from './errno.js';
export { eventLoopLoad } from './event-loop.js';
export { family, histograms, type Labels, series, single } from './exposition.js';
export { claimFile, exists, replaceFile, syncDirectory } from './files.js';
export { Heartbeat, HeartbeatWatch } from './heartbeat.js';
export { createLogger, type Logger, silentLogger } from './logger.js';
export { Mailbox } from './mailbox.js';
export { nodeFlags } from './node-flags.js';
export { NodeTime, nodeClock } from './node-time.js';
export { Paced } from './paced.js';
export { PauseWatch } from './pause-watch.js';
export { PieceQueue } from './piece-queue.js';
export { setNiceness, startYielding, stopYielding } from './priority.js';
export { markRuns, processMark, processStart } from './process-start.js';
export { ownVersion, programRoot } from './program-root.js';
export {
  type Random,
  randomHex32,
  randomUuid,
  secureBytes,
  seededRandom,
  systemRandom,
} from './random.js';
export { answerClientError, endWithError, headersTooLarge, tooSlow } from './raw-error.js';
export { Restore } from './restore.js';
export { RotatingLines, type RotatingLinesOptions } from './rotating-lines.js';
export { connectS3, type S3Attempts, type S3Server } from './s3-client.js';
export type { RequestToSign } from './sigv4/canonical-request.js';
export {
  payloadHash,
  type SignatureScope,
  type SigningCredential,
  signatureAlgorithm,
  signatureOf,
  signatureTime,
  signedHeaders,
  signingKey,
} from './sigv4/signature.js';
export type { SigningKey } from './sigv4/signing-key.js';
export { SingleFlight } from './single-flight.js';
export { lagBounds, TickLag } from './tick-lag.js';
export { type TimeFigures, TimeHistogram } from './time-histogram.js';
export { together } from './together.js';
export { TurnEnd } from './turn-end.js';
export { inIdleTurn, inTurns, nextTurn, SharedTurns } from './turns.js';
