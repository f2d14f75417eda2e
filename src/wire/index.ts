/** Frames for sandbox sockets and node-to-node links. Imports nothing: the sandbox runtimes load it too. */
export {
  FrameError,
  type FrameHandler,
  FrameReader,
  type FrameSink,
  frameHeaderBytes,
  writeFrame,
} from './frame.js';
export {
  decodeInvoke,
  encodeInvokeHead,
  type FunctionError,
  frameType,
  type Hello,
  type Init,
  type InvokeHead,
  sandboxProtocolVersion,
} from './sandbox-protocol.js';
