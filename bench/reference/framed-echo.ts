/** What stands behind the framed front: parses each request as JSON and answers it as JSON. Argument: the socket's path. */
import { connect } from 'node:net';
import { writeFrame } from '../../src/wire/index.js';
import { answerFrame, readFrames } from './frames.js';

const socket = connect(process.argv[2] ?? '');
readFrames(socket, (stream, payload) => {
  const event: unknown = JSON.parse(payload.toString());
  writeFrame(socket, answerFrame, stream, Buffer.from(JSON.stringify(event)));
});
socket.on('close', () => process.exit());
