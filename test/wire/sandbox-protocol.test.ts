import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeInvoke,
  encodeInvokeHead,
  frameType,
  sandboxProtocolVersion,
} from '../../src/wire/index.js';

const text = fc.string({ unit: 'binary', maxLength: 50 });
const head = fc.record(
  {
    deadlineWallMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
    requestId: text,
    functionArn: text,
    traceId: text,
    clientContext: text,
  },
  { noNullPrototype: true },
);

describe('the sandbox protocol', () => {
  it('carries the head of an invocation and its payload unchanged', () => {
    fc.assert(
      fc.property(head, fc.uint8Array(), (sent, payload) => {
        const received = decodeInvoke(Buffer.concat([encodeInvokeHead(sent), payload]));
        assert.deepEqual(received.head, sent);
        assert.deepEqual(received.payload, Buffer.from(payload));
      }),
    );
  });

  it('refuses a text that its length field cannot tell', () => {
    const sent = { deadlineWallMs: 0, requestId: '', functionArn: '', clientContext: '' };
    assert.throws(() => encodeInvokeHead({ ...sent, traceId: 'x'.repeat(65_536) }), RangeError);
  });

  it('has the same numbers in the Python runtime', () => {
    const path = new URL('../../../src/agent/runtimes/python/bootstrap.py', import.meta.url);
    const source = readFileSync(path, 'utf8');
    const names = /^([A-Z_, ]+) = range\(1, (\d+)\)$/m.exec(source);
    assert(names?.[1] !== undefined);
    const inPython = Object.fromEntries(
      names[1].split(', ').map((name, index) => [name.replace('_', ''), index + 1]),
    );
    // answers of Python functions are no streams, as on Lambda
    const here = Object.entries(frameType)
      .filter(([, number]) => number < frameType.begin)
      .map(([name, number]) => [name.toUpperCase(), number]);
    assert.deepEqual(inPython, Object.fromEntries(here));
    assert.match(source, new RegExp(`^PROTOCOL = ${sandboxProtocolVersion}$`, 'm'));
  });
});
