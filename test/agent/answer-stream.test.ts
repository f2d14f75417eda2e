import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { AnswerStream } from '../../src/agent/answer-stream.js';
import { limits } from '../../src/types/index.js';
import { streamChunkBytesMax } from '../../src/wire/index.js';

test('a streamed answer longer than any may be is cut there, and says so at its end', () => {
  let written = 0;
  let taken = (_bytes: number): void => undefined;
  let granted = 0;
  const target = {
    begin: (_contentType: string, take: (bytes: number) => void) => {
      taken = take;
    },
    write: (chunk: Uint8Array) => {
      written += chunk.length;
      taken(chunk.length);
    },
  };
  const stream = new AnswerStream(target, (bytes) => (granted += bytes), 'text/plain');
  const chunk = Buffer.alloc(streamChunkBytesMax);
  const bytes = limits.streamedAnswerBytesMax + 10 * chunk.length;
  for (let sent = 0; sent < bytes; sent += chunk.length) assert.equal(stream.chunk(chunk), null);
  assert.equal(written, limits.streamedAnswerBytesMax);
  assert.ok(granted > limits.streamedAnswerBytesMax, 'the function is not made to wait');
  const { payload, functionError } = stream.end(new Uint8Array(0));
  assert.ok(functionError);
  const { errorType, errorMessage } = JSON.parse(Buffer.from(payload).toString());
  assert.equal(errorType, 'Function.ResponseSizeTooLarge');
  assert.match(errorMessage, /\(209715200 bytes\)/);
});
