/** An echo that speaks the sandbox protocol as one would write it first: no handler, no context, no logs, no errors. */
import { connect } from 'node:net';
import { decodeInvoke, FrameReader, frameType, writeFrame } from '../../src/wire/index.js';

const socket = connect(process.env.HEARTH_SOCKET ?? '');
const reader = new FrameReader((type, stream, frame) => {
  if (type === frameType.init) writeFrame(socket, frameType.ready, 0);
  if (type !== frameType.invoke) return;
  const event: unknown = JSON.parse(decodeInvoke(frame).payload.toString());
  writeFrame(socket, frameType.result, stream, Buffer.from(JSON.stringify(event)));
}, 1 << 20);
socket.on('data', (chunk) => reader.push(chunk));
socket.on('close', () => process.exit());
writeFrame(socket, frameType.hello, 0);
