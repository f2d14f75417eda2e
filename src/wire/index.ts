/** Frames for sandbox sockets and node-to-node links. Imports nothing: the sandbox runtimes load it too. */
export { exitText, type ProcessExit } from './exit-text.js';
export {
  FrameError,
  type FrameHandler,
  FrameReader,
  type FrameSink,
  frameHeaderBytes,
  type PayloadLife,
  type TextFrameSink,
  writeFrame,
  writeTextFrame,
} from './frame.js';
export { type FrameInput, readFrames } from './frame-input.js';
export {
  type AnswerHead,
  chunkBytesMax,
  decodeAnswer,
  decodeCredit,
  decodeForward,
  encodeAnswerHead,
  encodeCredit,
  encodeForwardHead,
  endFlag,
  type ForwardHead,
  inlineBytesMax,
  linkFrame,
  linkFrameBytesMax,
  timeoutMsMax,
} from './link-protocol.js';
export {
  type CopyBegun,
  type CopyEnded,
  type CopyOrder,
  decodeInvoke,
  encodeInvokeHead,
  type FunctionError,
  frameType,
  type Hello,
  type Init,
  type InvokeHead,
  isHello,
  sandboxProtocolVersion,
  streamChunkBytesMax,
} from './sandbox-protocol.js';
